"""Tables, gateways and metrics."""
