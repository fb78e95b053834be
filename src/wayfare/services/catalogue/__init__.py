"""The catalogue: what runs, where, when and in which vehicles."""
