"""The statements of fraud rules. The hot one takes arrays, one row per payment and velocity rule of a batch."""

from __future__ import annotations

# Counted and remembered at once: what other batches do at the same moment is not seen.
COUNT_SEEN = """
WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::bytea[], $4::uuid[], $5::integer[]) WITH ORDINALITY
        AS a (payment_id, trait, hash, since, most, n)
), sighted AS (
    INSERT INTO payments.fraud_sighting (trait, hash, payment_id)
    SELECT DISTINCT trait, hash, payment_id FROM asked ORDER BY trait, hash, payment_id
    ON CONFLICT DO NOTHING RETURNING trait, hash, payment_id
)
SELECT s.times, (a.trait, a.hash, a.payment_id) IN (SELECT trait, hash, payment_id FROM sighted) AS is_new
FROM asked AS a CROSS JOIN LATERAL (
    SELECT count(*)::integer AS times FROM (
        SELECT FROM payments.fraud_sighting AS f
        WHERE f.trait = a.trait AND f.hash = a.hash AND f.payment_id > a.since AND f.payment_id <> a.payment_id
        LIMIT a.most
    ) AS few
) AS s ORDER BY a.n
"""

REMOVE_SIGHTINGS = "DELETE FROM payments.fraud_sighting WHERE payment_id < $1"

INSERT_RULES = """
INSERT INTO payments.fraud_rules (body, loaded_by) VALUES ($1, $2)
RETURNING version, body, loaded_by, extract(epoch FROM loaded_at)::bigint AS loaded_s
"""

FIND_RULES = """
SELECT version, body, loaded_by, extract(epoch FROM loaded_at)::bigint AS loaded_s
FROM payments.fraud_rules ORDER BY version DESC LIMIT 1
"""

FIND_VERSION = "SELECT max(version) FROM payments.fraud_rules"

_REVIEW = """
SELECT payment_id, booking_id, amount, currency, state, score, reasons, rules_version, expires_at > now() AS in_time,
       extract(epoch FROM opened_at)::bigint AS opened_s, extract(epoch FROM expires_at)::bigint AS expires_s
FROM payments.fraud_review
"""

LIST_REVIEWS = f"{_REVIEW} WHERE state = 'open' ORDER BY expires_at, payment_id LIMIT $1"

FIND_REVIEW = f"{_REVIEW} WHERE payment_id = $1"

LOCK_REVIEW = f"{_REVIEW} WHERE payment_id = $1 FOR UPDATE"

LIST_DECISIONS = """
SELECT decision, score, reasons, rules_version, decided_by, extract(epoch FROM decided_at)::bigint AS decided_s
FROM payments.fraud_decision WHERE payment_id = $1 ORDER BY decided_at
"""

LIST_DUE_REVIEWS = """
SELECT payment_id FROM payments.fraud_review WHERE state = 'open' AND expires_at <= now() ORDER BY expires_at LIMIT 100
"""

CLOSE_REVIEW = "UPDATE payments.fraud_review SET state = $2, decided_at = now() WHERE payment_id = $1"

INSERT_DECISION = """
INSERT INTO payments.fraud_decision (payment_id, decision, score, reasons, rules_version, decided_by)
VALUES ($1, $2, $3, $4, $5, $6)
"""

FAIL_PAYMENT = """
UPDATE payments.payment SET state = 'failed', reason = $2, updated_at = now()
WHERE payment_id = $1 AND state = 'pending' RETURNING payment_id
"""

REMOVE_REVIEWS = "DELETE FROM payments.fraud_review WHERE decided_at < now() - interval '30 days'"
