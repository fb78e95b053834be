"""Rooms and places in PostgreSQL."""
