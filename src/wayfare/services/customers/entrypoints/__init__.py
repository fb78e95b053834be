"""HTTP routes and jobs of the customers service."""
