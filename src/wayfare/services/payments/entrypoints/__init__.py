"""Jobs of the payments service."""
