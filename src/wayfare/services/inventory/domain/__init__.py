"""Holds, claims, pictures and the choice of units: pure Python."""
