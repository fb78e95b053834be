"""What the notifications service promises the others."""
