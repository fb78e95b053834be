"""The use cases of inventory, one file each."""
