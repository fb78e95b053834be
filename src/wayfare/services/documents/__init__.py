"""Documents: tickets as PDF with a signed barcode, and their verification."""
