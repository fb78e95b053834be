"""What the bookings service does, one use case per file."""
