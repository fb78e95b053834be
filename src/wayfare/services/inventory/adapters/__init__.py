"""Inventory on PostgreSQL."""
