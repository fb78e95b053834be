"""Every statement of the payments service.

The hot ones take arrays, one row per call of a batch. `refund` is cut like `payment`, so that both leave together.
"""

from __future__ import annotations

COLUMNS = (
    "payment_id, booking_id, amount, currency, state, method, token, gateway, gateway_ref, reason, refunded, attempts, "
    "action_url"
)

# The journal's row is written by the statement that writes the payment's: both are there or neither.
RECORD_AUTHORISATIONS = """
WITH written AS (
    INSERT INTO payments.payment AS p
        (payment_id, booking_id, amount, currency, state, method, token, gateway, gateway_ref, reason, action_url)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
                         $8::text[], $9::text[], $10::text[], $11::text[])
    ON CONFLICT (payment_id) DO UPDATE
        SET state = excluded.state, gateway = excluded.gateway, reason = excluded.reason,
            action_url = excluded.action_url,
            gateway_ref = CASE WHEN excluded.gateway_ref = '' THEN p.gateway_ref ELSE excluded.gateway_ref END,
            attempts = p.attempts + 1, updated_at = now()
        WHERE p.state IN ('new', 'pending')
    RETURNING payment_id, attempts, state, amount, currency
), event AS (
    INSERT INTO payments.outbox (key, type, payload)
    SELECT e.key, e.type, e.payload
    FROM unnest($1::uuid[], $2::uuid[], $12::text[], $13::text[]) AS e (payment_id, key, type, payload)
    WHERE e.type <> '' AND e.payment_id IN (SELECT payment_id FROM written)
), posted AS (
    INSERT INTO payments.journal (payment_id, ref, kind, reserved, commitments, currency)
    SELECT payment_id, payment_id, 1, amount, -amount, currency
    FROM written WHERE state = 'authorised' AND amount > 0
)
SELECT payment_id, attempts FROM written
"""

# The same with how fraud rules judged some of them: audited, and queued where a person decides.
RECORD_JUDGED_AUTHORISATIONS = RECORD_AUTHORISATIONS.replace(
    "SELECT payment_id, attempts FROM written",
    """, judged AS (
    SELECT j.* FROM unnest($14::uuid[], $15::text[], $16::integer[], $17::text[], $18::bigint[], $19::integer[])
        AS j (payment_id, decision, score, reasons, version, review_s)
    WHERE j.payment_id IN (SELECT payment_id FROM written)
), audited AS (
    INSERT INTO payments.fraud_decision (payment_id, decision, score, reasons, rules_version, decided_by)
    SELECT payment_id, decision, score, string_to_array(reasons, E'\\n'), version, 'rules' FROM judged
), queued AS (
    INSERT INTO payments.fraud_review
        (payment_id, booking_id, amount, currency, score, reasons, rules_version, expires_at)
    SELECT j.payment_id, r.booking_id, r.amount, r.currency, j.score, string_to_array(j.reasons, E'\\n'), j.version,
           now() + j.review_s * interval '1 second'
    FROM judged AS j
    JOIN unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[]) AS r (payment_id, booking_id, amount, currency)
        USING (payment_id)
    WHERE j.decision = 'review'
    ON CONFLICT (payment_id) DO NOTHING
)
SELECT payment_id, attempts FROM written""",
)

# The bounds are constants of the plan: only the partitions between them are looked at.
# A capture that was refused lets the reservation go.
RECORD_CAPTURES = """
WITH written AS (
    UPDATE payments.payment AS p SET state = r.state, reason = r.reason, updated_at = now()
    FROM unnest($1::uuid[], $2::text[], $3::text[], $9::bigint[]) AS r (payment_id, state, reason, fee)
    WHERE p.payment_id = r.payment_id AND p.payment_id BETWEEN $4 AND $5 AND p.state = 'authorised'
    RETURNING p.payment_id, p.amount, p.currency, r.fee, r.state = 'captured' AS captured
), posted AS (
    INSERT INTO payments.journal
        (payment_id, ref, kind, reserved, commitments, gateway, gateway_fees, sales, currency)
    SELECT payment_id, payment_id, CASE WHEN captured THEN 3 ELSE 2 END, -amount, amount,
           CASE WHEN captured THEN amount - fee ELSE 0 END, CASE WHEN captured THEN fee ELSE 0 END,
           CASE WHEN captured THEN -amount ELSE 0 END, currency
    FROM written WHERE amount > 0
), event AS (
    INSERT INTO payments.outbox (key, type, payload)
    SELECT e.key, e.type, e.payload
    FROM unnest($1::uuid[], $6::uuid[], $7::text[], $8::text[]) AS e (payment_id, key, type, payload)
    WHERE e.payment_id IN (SELECT payment_id FROM written)
)
SELECT payment_id FROM written
"""

FIND_STATES = "SELECT payment_id, state FROM payments.payment WHERE payment_id = ANY($1::uuid[])"

FIND_PAYMENT = f"SELECT {COLUMNS} FROM payments.payment WHERE payment_id = $1"

LOCK_PAYMENT = f"SELECT {COLUMNS} FROM payments.payment WHERE payment_id = $1 FOR UPDATE"

FIND_PAYMENTS = f"SELECT {COLUMNS} FROM payments.payment WHERE payment_id = ANY($1::uuid[])"

VOID_PAYMENT = """
UPDATE payments.payment SET state = 'voided', updated_at = now()
WHERE payment_id = $1 AND state = $2 RETURNING payment_id
"""

FIND_CHARGEBACK = "SELECT amount, currency FROM payments.chargeback WHERE payment_id = $1 AND chargeback_id = $2"

INSERT_CHARGEBACK = """
INSERT INTO payments.chargeback (payment_id, chargeback_id, amount, currency, reason) VALUES ($1, $2, $3, $4, $5)
"""

SUM_CHARGEBACKS = "SELECT coalesce(sum(amount), 0)::bigint FROM payments.chargeback WHERE payment_id = $1"

_REFUND = """
SELECT refund_id, payment_id, amount, currency, state, gateway_ref,
       CASE WHEN state <> 'pending' THEN extract(epoch FROM updated_at)::bigint END AS settled_s
FROM payments.refund
"""

FIND_REFUND = f"{_REFUND} WHERE payment_id = $1 AND refund_id = $2"

LIST_REFUNDS = f"{_REFUND} WHERE payment_id = ANY($1::uuid[]) ORDER BY created_at, refund_id"

INSERT_REFUND = """
INSERT INTO payments.refund (payment_id, refund_id, amount, currency, gateway_ref) VALUES ($1, $2, $3, $4, $5)
"""

COUNT_REFUND = """
UPDATE payments.payment SET refunded = refunded + $2, updated_at = now() WHERE payment_id = $1
"""

QUEUE_REFUND = """
INSERT INTO payments.open_refund (refund_id, payment_id, due_at) VALUES ($1, $2, now() + interval '30 seconds')
"""

CLOSE_REFUND = """
UPDATE payments.refund SET state = $3, reason = $4, updated_at = now()
WHERE payment_id = $1 AND refund_id = $2 AND state = 'pending' RETURNING amount
"""

DEQUEUE_REFUND = "DELETE FROM payments.open_refund WHERE refund_id = $1"

TAKE_DUE_REFUNDS = """
WITH due AS (
    SELECT refund_id FROM payments.open_refund WHERE due_at <= now()
    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE payments.open_refund AS q
    SET attempts = q.attempts + 1, due_at = now() + least(30 * 2 ^ q.attempts, 3600) * interval '1 second'
    FROM due WHERE q.refund_id = due.refund_id RETURNING q.refund_id, q.payment_id
)
SELECT r.refund_id, r.payment_id, r.amount, r.currency, r.state, r.gateway_ref, NULL::bigint AS settled_s
FROM taken JOIN payments.refund AS r USING (payment_id, refund_id)
"""

LIST_PAYMENTS = f"""
SELECT {COLUMNS} FROM payments.payment WHERE payment_id > $1 ORDER BY payment_id LIMIT $2
"""

TRACE_PAYMENTS = f"""
SELECT {COLUMNS}, created_at, updated_at FROM payments.payment WHERE booking_id = $1 ORDER BY payment_id
"""

TRACE_STEPS = """
SELECT payment_id, made_at, kind, currency,
       greatest(abs(reserved), abs(sales), abs(refunds_due), abs(chargebacks)) AS amount
FROM payments.journal WHERE payment_id = ANY($1::uuid[]) ORDER BY made_at, kind
"""

TRACE_REFUNDS = f"{_REFUND} WHERE payment_id = ANY($1::uuid[]) ORDER BY created_at"

CHECK_AMOUNTS = """
WITH given AS (
    SELECT payment_id, sum(amount) AS amount FROM payments.refund WHERE state <> 'failed' GROUP BY payment_id
)
SELECT p.payment_id, p.amount, p.currency, p.state, p.refunded, coalesce(g.amount, 0)::bigint AS given
FROM payments.payment AS p LEFT JOIN given AS g USING (payment_id)
WHERE p.refunded <> coalesce(g.amount, 0) OR p.refunded > p.amount OR (p.refunded > 0 AND p.state <> 'captured')
LIMIT 1000
"""

CHECK_ORPHANS = """
SELECT r.refund_id, r.payment_id FROM payments.refund AS r
WHERE NOT EXISTS (SELECT FROM payments.payment AS p WHERE p.payment_id = r.payment_id) LIMIT 1000
"""

CHECK_STUCK = """
SELECT payment_id, state, attempts FROM payments.payment
WHERE state IN ('new', 'pending') AND updated_at < now() - interval '1 hour' LIMIT 1000
"""

CHECK_REFUNDS_STUCK = """
SELECT refund_id, attempts FROM payments.open_refund WHERE created_at < now() - interval '1 day' LIMIT 1000
"""

COUNT_PAYMENTS = "SELECT count(*) FROM payments.payment"

# What gateways told us

HAS_NOTICE = "SELECT EXISTS (SELECT FROM payments.notice WHERE gateway = $1 AND event_id = $2)"

RECORD_NOTICE = """
INSERT INTO payments.notice (gateway, event_id, kind, payment_id, booking_id, settled)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (gateway, event_id) DO NOTHING
"""

LIST_SETTLED = """
SELECT DISTINCT booking_id FROM payments.notice
WHERE seen_at > now() - $1 * interval '1 second' AND settled
UNION
SELECT booking_id FROM payments.fraud_review WHERE decided_at > now() - $1 * interval '1 second'
LIMIT 1000
"""

REMOVE_OLD_NOTICES = "DELETE FROM payments.notice WHERE seen_at < now() - interval '30 days'"
