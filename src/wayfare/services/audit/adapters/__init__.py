"""The log in PostgreSQL, the keys in files."""
