"""Tables, keys, passwords and mail of the customers service."""
