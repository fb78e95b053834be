"""What the offers service promises the others."""
