"""Ways into inventory: HTTP and jobs."""
