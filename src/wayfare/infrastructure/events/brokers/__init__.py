"""Ways to carry events, one module each. The library of a broker is imported when it is chosen."""
