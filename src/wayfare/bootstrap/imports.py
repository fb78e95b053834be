"""`wayfare import …` and `wayfare demo`: the catalogue's use cases with progress for a person."""
