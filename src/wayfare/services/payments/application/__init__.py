"""What the payments service does, one use case per file."""
