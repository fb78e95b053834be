"""Rules of payments and refunds. Pure Python."""
