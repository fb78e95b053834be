"""Every statement about service accounts and API keys."""

from __future__ import annotations

_GRANTS = """
ARRAY(SELECT ARRAY[g.role, g.operator] FROM customers.role_grant AS g WHERE g.customer_id = a.account_id
      ORDER BY g.role, g.operator) AS grants
"""

INSERT_ACCOUNT = """
WITH account AS (
    INSERT INTO customers.service_account (account_id, name) VALUES ($1, $2)
    ON CONFLICT (name) DO NOTHING RETURNING account_id
)
INSERT INTO customers.role_grant (customer_id, role, operator) SELECT account_id, $3, $4 FROM account
RETURNING customer_id
"""

FIND_ACCOUNT = f"""
SELECT a.account_id, a.name, a.disabled, {_GRANTS} FROM customers.service_account AS a WHERE a.name = $1
"""

SET_DISABLED = "UPDATE customers.service_account SET disabled = $2 WHERE account_id = $1"

INSERT_KEY = """
INSERT INTO customers.api_key
    (key_id, account_id, digest, permissions, operators, rate_class, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7), to_timestamp($8))
"""

FIND_KEY = f"""
SELECT k.key_id, k.digest, k.account_id, a.name, k.permissions, k.operators, k.rate_class, k.last_used_on,
       extract(epoch FROM k.expires_at)::bigint AS expires_s, {_GRANTS}
FROM customers.api_key AS k JOIN customers.service_account AS a USING (account_id)
WHERE k.key_id = $1 AND k.revoked_at IS NULL AND NOT a.disabled
"""

NOTE_USED = "UPDATE customers.api_key SET last_used_on = $2 WHERE key_id = $1 AND last_used_on IS DISTINCT FROM $2"

LIST_KEYS = """
SELECT k.key_id, a.name, k.permissions, k.operators, k.rate_class, k.last_used_on, k.revoked_at IS NOT NULL AS revoked,
       extract(epoch FROM k.created_at)::bigint AS created_s, extract(epoch FROM k.expires_at)::bigint AS expires_s
FROM customers.api_key AS k JOIN customers.service_account AS a USING (account_id)
WHERE $1::text IS NULL OR a.name = $1 ORDER BY k.created_at, k.key_id
"""

REVOKE_KEY = """
UPDATE customers.api_key SET revoked_at = now() WHERE key_id = $1 AND revoked_at IS NULL RETURNING key_id
"""
