"""Bookings: the contract with a passenger, from pending to ticketed, cancelled or failed."""
