"""The gateway in front of services that run in other processes."""
