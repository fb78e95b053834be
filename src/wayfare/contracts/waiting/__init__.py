"""What the waiting service promises."""
