"""Offers: the journey planner, places by name, fares, and sealed offers."""
