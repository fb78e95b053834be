"""What the documents service promises the others."""
