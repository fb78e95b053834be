"""Every statement of the notifications service. Times come from the caller: tests move them."""

from __future__ import annotations

ADD_ENDPOINT = """
INSERT INTO notifications.webhook_endpoint (url, events, operators, secret, created_at) VALUES ($1, $2, $3, $4, $5)
RETURNING id
"""

_ENDPOINT = """
SELECT id, url, events, operators, secret, CASE WHEN old_secret_until > $1 THEN old_secret ELSE '' END AS old_secret,
       created_at, failures, failing_since, disabled_at
FROM notifications.webhook_endpoint
"""
GET_ENDPOINT = _ENDPOINT + "WHERE id = $2"
ENABLED_ENDPOINTS = _ENDPOINT + "WHERE disabled_at IS NULL ORDER BY id"

HAS_ENDPOINTS = "SELECT EXISTS (SELECT FROM notifications.webhook_endpoint)"

LIST_ENDPOINTS = """
SELECT e.id AS endpoint_id, e.url, e.events, e.operators, e.created_at, e.failing_since, e.disabled_at,
       e.disabled_reason,
       (SELECT count(*) FROM notifications.webhook_delivery AS d WHERE d.endpoint_id = e.id AND d.state = 'pending')
           AS pending,
       (SELECT count(*) FROM notifications.webhook_delivery AS d WHERE d.endpoint_id = e.id AND d.state = 'failed')
           AS failed
FROM notifications.webhook_endpoint AS e ORDER BY e.id
"""

REMOVE_ENDPOINT = "DELETE FROM notifications.webhook_endpoint WHERE id = $1 RETURNING id"

ENABLE_ENDPOINT = """
UPDATE notifications.webhook_endpoint
SET disabled_at = NULL, disabled_reason = '', failures = 0, failing_since = NULL, rests_until = '-infinity'
WHERE id = $1 RETURNING id
"""

ROTATE_SECRET = """
UPDATE notifications.webhook_endpoint SET old_secret = secret, old_secret_until = $3, secret = $2
WHERE id = $1 RETURNING id
"""

URL_OF = "SELECT url FROM notifications.webhook_endpoint WHERE id = $1"

LOCK_SECRETS = "SELECT id, url, secret, old_secret FROM notifications.webhook_endpoint ORDER BY id FOR UPDATE"

SET_SECRETS = "UPDATE notifications.webhook_endpoint SET secret = $2, old_secret = $3 WHERE id = $1"

ADD_DELIVERIES = """
INSERT INTO notifications.webhook_delivery (endpoint_id, webhook_id, type, key, body, made_at, due_at, give_up_at)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[],
                     $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
ON CONFLICT (endpoint_id, webhook_id) DO NOTHING
"""
DELIVERY_COLUMNS = "id, endpoint_id, webhook_id, type, body, attempts, give_up_at"

ADD_TEST = f"""
INSERT INTO notifications.webhook_delivery (endpoint_id, webhook_id, type, key, body, made_at, due_at, give_up_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {DELIVERY_COLUMNS}
"""

ENDPOINTS_WITH_DUE = """
SELECT e.id FROM notifications.webhook_endpoint AS e
WHERE e.disabled_at IS NULL AND e.rests_until <= $1 AND EXISTS (
    SELECT FROM notifications.webhook_delivery AS d
    WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.due_at <= $1)
ORDER BY e.id
"""

# Nothing is sent before what is older of its key has been accepted or given up.
DUE = f"""
SELECT {DELIVERY_COLUMNS} FROM notifications.webhook_delivery AS d
WHERE d.endpoint_id = $1 AND d.state = 'pending' AND d.due_at <= $2
  AND NOT EXISTS (
    SELECT FROM notifications.webhook_delivery AS elder
    WHERE elder.endpoint_id = $1 AND elder.state = 'pending' AND elder.key = d.key AND elder.id < d.id)
  AND EXISTS (
    SELECT FROM notifications.webhook_endpoint AS e
    WHERE e.id = $1 AND e.disabled_at IS NULL AND e.rests_until <= $2)
ORDER BY d.due_at, d.id LIMIT $3
"""

ADD_ATTEMPT = """
INSERT INTO notifications.webhook_attempt (delivery_id, endpoint_id, at, status, duration_ms, answer, error)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""

DELIVERED = """
UPDATE notifications.webhook_delivery SET state = 'delivered', attempts = attempts + 1 WHERE id = $1
"""

WELL_AGAIN = """
UPDATE notifications.webhook_endpoint SET failures = 0, failing_since = NULL, rests_until = '-infinity'
WHERE id = $1 AND failures > 0
"""

POSTPONED = """
UPDATE notifications.webhook_delivery SET attempts = attempts + 1, due_at = $2 WHERE id = $1 AND state = 'pending'
"""

FAILING = """
UPDATE notifications.webhook_endpoint
SET failures = failures + 1, failing_since = coalesce(failing_since, $2) WHERE id = $1 RETURNING failures
"""
REST = "UPDATE notifications.webhook_endpoint SET rests_until = $2 WHERE id = $1"

DISABLE = """
UPDATE notifications.webhook_endpoint SET disabled_at = $2, disabled_reason = $3
WHERE id = $1 AND disabled_at IS NULL RETURNING id
"""

# Also those that were not tried while their endpoint rested.
GIVE_UP = """
UPDATE notifications.webhook_delivery SET state = 'failed'
WHERE endpoint_id = $1 AND state = 'pending' AND (give_up_at <= $2 OR $3) RETURNING id
"""

LIST_ATTEMPTS = """
SELECT a.delivery_id, d.webhook_id, d.type, d.state, a.at, a.status, a.duration_ms, a.answer, a.error
FROM notifications.webhook_attempt AS a JOIN notifications.webhook_delivery AS d ON d.id = a.delivery_id
WHERE a.endpoint_id = $1 ORDER BY a.id DESC LIMIT $2
"""

ENDPOINT_OF = "SELECT endpoint_id FROM notifications.webhook_delivery WHERE id = $1"

RESEND = """
UPDATE notifications.webhook_delivery SET state = 'pending', due_at = $2, give_up_at = $3 WHERE id = $1 RETURNING id
"""

RESEND_SINCE = """
UPDATE notifications.webhook_delivery SET state = 'pending', due_at = $3, give_up_at = $4
WHERE endpoint_id = $1 AND made_at >= $2 AND type <> $5 RETURNING id
"""

REMOVE_OLD = """
DELETE FROM notifications.webhook_delivery WHERE id IN (
    SELECT id FROM notifications.webhook_delivery WHERE made_at < $1 AND state <> 'pending' LIMIT 5000)
"""

COUNTS = """
SELECT (SELECT count(*) FROM notifications.webhook_delivery WHERE state = 'pending') AS pending,
       (SELECT count(*) FROM notifications.webhook_delivery WHERE state = 'failed') AS failed,
       (SELECT count(*) FROM notifications.webhook_endpoint WHERE disabled_at IS NULL) AS enabled,
       (SELECT count(*) FROM notifications.webhook_endpoint WHERE disabled_at IS NOT NULL) AS disabled
"""
