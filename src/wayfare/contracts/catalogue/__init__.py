"""What the catalogue service promises the others."""
