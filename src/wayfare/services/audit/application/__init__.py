"""Use cases of the audit service."""
