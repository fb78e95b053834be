"""Statements of second factors."""

from __future__ import annotations

_COLUMNS = "f.sealed, f.confirmed, f.last_step, f.recovery, f.wrong, f.closed_until_s"

FIND = f"""
SELECT k.wrapped, {_COLUMNS} FROM customers.second_factor AS f JOIN customers.person_key AS k USING (customer_id)
WHERE f.customer_id = $1
"""

LOCK = f"{FIND} FOR UPDATE OF f"

# A factor that counts is never replaced by one that does not yet.
BEGIN = """
INSERT INTO customers.second_factor (customer_id, sealed) VALUES ($1, $2)
ON CONFLICT (customer_id) DO UPDATE SET sealed = excluded.sealed, last_step = 0
WHERE NOT second_factor.confirmed RETURNING customer_id
"""

KEEP = """
UPDATE customers.second_factor
SET confirmed = $2, last_step = $3, recovery = $4, wrong = $5, closed_until_s = $6 WHERE customer_id = $1
"""

REMOVE = "DELETE FROM customers.second_factor WHERE customer_id = $1 RETURNING customer_id"

MARK_SESSION = "UPDATE customers.session SET second_factor = true WHERE session_id = $1"

FIND_EMAIL = "SELECT email FROM customers.customer WHERE customer_id = $1"
