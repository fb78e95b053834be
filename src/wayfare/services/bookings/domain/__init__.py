"""Rules of bookings: states, steps, passengers, refunds. Pure Python."""
