"""The contract of the audit service."""
