"""Wayfare: an open reservation system for scheduled transport."""

__version__ = "0.1.0"
