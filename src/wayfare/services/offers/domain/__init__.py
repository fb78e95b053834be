"""What the offers service thinks: pure Python."""
