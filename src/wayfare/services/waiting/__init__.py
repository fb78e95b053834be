"""Fair on-sale: waiting rooms."""
