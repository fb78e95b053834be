"""The customers service: accounts, sessions, roles, travellers."""
