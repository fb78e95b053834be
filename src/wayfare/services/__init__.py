"""One package per service. They never import each other: they meet in `wayfare.contracts`."""
