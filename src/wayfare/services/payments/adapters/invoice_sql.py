"""Every statement on invoices. Kinds are stored as 1 (invoice) and 2 (credit note)."""

from __future__ import annotations

# One transaction at a time issues: what is left of an invoice is not read while somebody else credits it.
LOCK = "SELECT pg_advisory_xact_lock($1)"

# Money that moved and has no document yet, as the journal has it (3: captured, 5: refund paid). The bounds keep every
# plan within the documents of these payments' days.
FIND_UNDOCUMENTED = """
SELECT j.payment_id, j.ref AS source_id, CASE WHEN j.kind = 3 THEN 1 ELSE 2 END AS kind,
       CASE WHEN j.kind = 3 THEN -j.sales ELSE j.refunds_due END AS amount, j.currency,
       extract(epoch FROM j.made_at)::bigint AS moved_s
FROM payments.journal AS j
WHERE j.payment_id = ANY($1::uuid[]) AND j.payment_id BETWEEN $2 AND $3 AND j.kind IN (3, 5)
  AND NOT EXISTS (
      SELECT FROM payments.invoice AS i
      WHERE i.payment_id = j.payment_id AND i.payment_id BETWEEN $2 AND $3 AND i.source_id = j.ref)
ORDER BY j.made_at, j.kind, j.ref
"""

FIND_BODIES = """
SELECT body FROM payments.invoice
WHERE payment_id = ANY($1::uuid[]) AND payment_id BETWEEN $2 AND $3 ORDER BY issued_at, kind, sequence
"""

LIST_BODIES = "SELECT body FROM payments.invoice WHERE booking_id = $1 ORDER BY issued_at, kind, number"

NOW = "SELECT extract(epoch FROM clock_timestamp())::bigint"

# In the order of the keys, like every statement that locks rows.
TAKE_NUMBERS = """
INSERT INTO payments.invoice_counter AS c (operator, kind, year, last)
SELECT * FROM unnest($1::text[], $2::smallint[], $3::smallint[], $4::bigint[])
ON CONFLICT (operator, kind, year) DO UPDATE SET last = c.last + excluded.last
RETURNING operator, kind, last
"""

INSERT_INVOICES = """
INSERT INTO payments.invoice
    (payment_id, source_id, operator, kind, year, sequence, number, corrects, booking_id, gross, tax, currency,
     issued_at, body)
SELECT p, s, o, k, $14, q, n, c, b, g, t, u, to_timestamp($13::bigint), d
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::smallint[], $5::bigint[], $6::text[], $7::text[], $8::uuid[],
            $9::bigint[], $10::bigint[], $11::text[], $12::text[]) AS r (p, s, o, k, q, n, c, b, g, t, u, d)
"""

# Sellers

FIND_SELLERS = "SELECT operator, code, name, address, tax_id FROM payments.seller WHERE operator = ANY($1::text[])"

LIST_CODES = "SELECT operator, code FROM payments.seller"

INSERT_SELLER = "INSERT INTO payments.seller (operator, code, name) VALUES ($1, $2, $3)"

SET_SELLER = """
INSERT INTO payments.seller (operator, code, name, address, tax_id) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (operator) DO UPDATE
    SET code = excluded.code, name = excluded.name, address = excluded.address, tax_id = excluded.tax_id
"""

HAS_ISSUED = "SELECT EXISTS (SELECT FROM payments.invoice_counter WHERE operator = $1)"

# The doctor

_MOVED = """
SELECT payment_id, ref AS source_id, made_at, currency, CASE WHEN kind = 3 THEN -sales ELSE refunds_due END AS amount
FROM payments.journal WHERE kind IN (3, 5)
"""

_DOCUMENTED = """
SELECT payment_id, source_id, sum(gross)::bigint AS gross, min(currency) AS currency
FROM payments.invoice GROUP BY payment_id, source_id
"""

CHECK_MISSING = f"""
SELECT m.payment_id, m.source_id, m.amount, m.currency FROM ({_MOVED}) AS m
WHERE m.made_at BETWEEN (SELECT since FROM payments.invoicing) AND now() - $1 * interval '1 second'
  AND NOT EXISTS (
      SELECT FROM payments.invoice AS i WHERE i.payment_id = m.payment_id AND i.source_id = m.source_id)
LIMIT 1000
"""

CHECK_AMOUNTS = f"""
SELECT d.payment_id, d.source_id, d.gross, d.currency, m.amount, m.currency AS moved_currency
FROM ({_DOCUMENTED}) AS d LEFT JOIN ({_MOVED}) AS m USING (payment_id, source_id)
WHERE m.source_id IS NULL OR m.amount <> d.gross OR m.currency <> d.currency LIMIT 1000
"""

CHECK_LINES = """
SELECT i.number, i.gross, i.tax, l.gross AS lines_gross, l.tax AS lines_tax
FROM payments.invoice AS i CROSS JOIN LATERAL (
    SELECT coalesce(sum((line->>'gross')::bigint), 0) AS gross, coalesce(sum((line->>'tax')::bigint), 0) AS tax
    FROM json_array_elements(i.body::json->'lines') AS line) AS l
WHERE l.gross <> i.gross OR l.tax <> i.tax LIMIT 1000
"""

CHECK_CREDITS = """
WITH credited AS (
    SELECT payment_id, corrects AS number, sum(gross) AS gross, sum(tax) AS tax
    FROM payments.invoice WHERE kind = 2 GROUP BY payment_id, corrects
)
SELECT c.number, c.gross, i.gross AS of_gross FROM credited AS c
LEFT JOIN payments.invoice AS i ON i.payment_id = c.payment_id AND i.number = c.number AND i.kind = 1
WHERE i.number IS NULL OR c.gross > i.gross OR c.tax > i.tax LIMIT 1000
"""

CHECK_NUMBERS = """
WITH given AS (
    SELECT operator, kind, year, count(*) AS documents, count(DISTINCT sequence) AS numbers, max(sequence) AS highest
    FROM payments.invoice GROUP BY operator, kind, year
)
SELECT operator, kind, year, coalesce(g.documents, 0) AS documents, coalesce(g.numbers, 0) AS numbers,
       coalesce(g.highest, 0) AS highest, coalesce(c.last, 0) AS last
FROM payments.invoice_counter AS c FULL JOIN given AS g USING (operator, kind, year)
WHERE coalesce(g.documents, 0) <> coalesce(c.last, 0) OR coalesce(g.numbers, 0) <> coalesce(c.last, 0)
   OR coalesce(g.highest, 0) <> coalesce(c.last, 0) LIMIT 1000
"""

COUNT_INVOICES = "SELECT count(*) FROM payments.invoice"
