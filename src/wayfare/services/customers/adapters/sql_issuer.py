"""Statements of accounts whom an OIDC issuer logs in."""

from __future__ import annotations

# The lock keeps whoever disables or deletes the account waiting until the session is there to be ended.
FIND = """
SELECT c.customer_id, c.disabled
FROM customers.issuer_account AS a JOIN customers.customer AS c USING (customer_id)
WHERE a.issuer = $1 AND a.subject = $2 FOR SHARE OF c
"""

FIND_OF_CUSTOMER = """
SELECT issuer, subject FROM customers.issuer_account WHERE customer_id = $1 ORDER BY issuer, subject
"""

# Staff never: whoever could confirm an address at the issuer would have their rights.
FIND_LINKABLE = """
SELECT c.customer_id, c.disabled FROM customers.customer AS c
WHERE c.email_key = $1 AND NOT EXISTS (
    SELECT FROM customers.role_grant AS g WHERE g.customer_id = c.customer_id AND g.role <> 'customer')
FOR UPDATE
"""

LINK = """
INSERT INTO customers.issuer_account (issuer, subject, customer_id) VALUES ($1, $2, $3)
ON CONFLICT (issuer, subject) DO NOTHING RETURNING customer_id
"""

# Generation 0: no refresh token of ours belongs to it.
KEEP_SESSION = """
INSERT INTO customers.session
    (session_id, customer_id, device, generation, secret, created_at, used_at, expires_at, second_factor)
VALUES ($1, $2, $3, 0, '', to_timestamp($4), to_timestamp($5), to_timestamp($6), $7)
ON CONFLICT (session_id) DO UPDATE
SET used_at = excluded.used_at, expires_at = greatest(session.expires_at, excluded.expires_at)
WHERE session.customer_id = excluded.customer_id
RETURNING session_id
"""
