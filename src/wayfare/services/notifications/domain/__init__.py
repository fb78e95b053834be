"""Rules of webhooks: addresses, signatures, when to try again. Pure."""
