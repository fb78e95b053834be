"""The rules of places and admissions: pure."""
