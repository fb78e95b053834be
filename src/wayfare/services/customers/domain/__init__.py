"""Pure rules and values of the customers service."""
