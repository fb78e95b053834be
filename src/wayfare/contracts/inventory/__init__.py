"""What the inventory service promises the others."""
