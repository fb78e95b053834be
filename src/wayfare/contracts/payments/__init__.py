"""What the payments service promises the others."""
