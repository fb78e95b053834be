"""What the offers service does: one use case per file."""
