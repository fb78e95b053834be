"""What jobs keep of themselves in each database: when those that are to be answered for last ran."""
