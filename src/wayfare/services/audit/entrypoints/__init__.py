"""Jobs of the audit service."""
