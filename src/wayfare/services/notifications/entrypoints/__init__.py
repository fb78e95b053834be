"""Where the notifications service is reached from outside."""
