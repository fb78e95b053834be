"""Rules of tickets: what a barcode says, how it is signed and checked. Pure."""
