"""What can be asked of the waiting service."""
