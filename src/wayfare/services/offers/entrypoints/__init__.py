"""How the offers service is asked: HTTP."""
