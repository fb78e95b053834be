"""The journey planner: a day of departures as arrays, and the search over them."""
