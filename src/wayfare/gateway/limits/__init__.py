"""How much anybody may ask: token buckets for keys, customers and addresses."""
