"""The demonstration network: real places, invented operators, plausible services; see README.md."""
