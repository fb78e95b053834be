"""Typesetting, barcodes, fonts and the key file."""
