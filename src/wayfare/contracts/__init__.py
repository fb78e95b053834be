"""What a service promises the others: protocols and messages, all frozen data."""
