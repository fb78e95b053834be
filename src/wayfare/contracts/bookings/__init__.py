"""What the bookings service promises the others."""
