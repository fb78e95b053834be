"""What the customers service promises the others."""
