"""The simulated gateway as an HTTP app of its own: `wayfare gateway-sim`."""
