"""Inventory: units by section. A seat is sold once, and it can be proven."""
