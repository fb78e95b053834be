"""The public edge: correlation id, limits, problem+json, metrics."""
