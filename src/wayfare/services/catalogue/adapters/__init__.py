"""Files, tables and queries."""
