"""Use cases of the customers service."""
