"""Ways into the waiting service: HTTP and jobs."""
