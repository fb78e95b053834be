"""Audit: who did what to which object, when and from where, in a log that cannot be altered unseen."""
