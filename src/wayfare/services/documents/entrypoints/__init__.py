"""Where the documents service is reached from outside."""
