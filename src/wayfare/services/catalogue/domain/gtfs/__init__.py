"""Reading GTFS tables into the words of the catalogue (gtfs.org/documentation/schedule/reference)."""
