"""What the offers service stands on: planner arrays, the place index, exchange rates, metrics."""
