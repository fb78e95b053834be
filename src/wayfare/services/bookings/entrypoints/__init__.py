"""HTTP routes and jobs of the bookings service."""
