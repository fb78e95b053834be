"""Every statement of the bookings service. The hot ones take arrays, one row per call of a batch."""

from __future__ import annotations

# Create: the key and the hold are claimed first, the rest is written for those that got both.

CLAIM_KEYS = """
INSERT INTO bookings.idempotency (key, booking_id, payment_id, fingerprint)
SELECT * FROM unnest($1::bytea[], $2::uuid[], $3::uuid[], $4::text[])
ON CONFLICT (key) DO NOTHING RETURNING payment_id
"""

FREE_KEYS = "DELETE FROM bookings.idempotency WHERE key = ANY($1::bytea[])"

OPEN_SAGAS = """
INSERT INTO bookings.open_saga
    (hold_id, booking_id, due_at, kind, worker, key, fingerprint, method, token, correlation_id)
SELECT r.hold_id, r.booking_id, now() + $7 * interval '1 second', 0, $8, r.key, r.fingerprint, r.method, r.token,
    r.correlation_id
FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::text[], $9::text[])
    AS r (hold_id, booking_id, key, fingerprint, method, token, correlation_id)
ON CONFLICT (hold_id) DO NOTHING RETURNING booking_id
"""

INSERT_BOOKINGS = """
WITH booking AS (
    INSERT INTO bookings.booking
        (booking_id, hold_id, payment_id, total, created_at, state, currency, locator, owner_id)
    SELECT b, h, p, t, to_timestamp(c), 0, u, l, o
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
                $13::uuid[])
        AS r (b, h, p, t, c, u, l, o)
), locator AS (
    INSERT INTO bookings.locator (locator, booking_id) SELECT * FROM unnest($7::text[], $1::uuid[])
), event AS (
    INSERT INTO bookings.outbox (key, type, payload)
    SELECT b, 'booking.created', e FROM unnest($1::uuid[], $12::text[]) AS r (b, e)
)
INSERT INTO bookings.booking_detail (booking_id, offer, passengers, contact, units, sealed)
SELECT * FROM unnest($1::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $14::bytea[])
"""

FIND_EXISTING = "SELECT booking_id FROM bookings.booking WHERE booking_id = ANY($1::uuid[])"

# Ticket: state, items, answer and the end of the saga for those that are still pending. The bounds are constants
# of the plan: only the partitions between them are looked at.

TICKET_BOOKINGS = """
WITH done AS (
    UPDATE bookings.booking AS b SET state = 2, updated_at = now()
    FROM unnest($1::uuid[]) AS r (booking_id)
    WHERE b.booking_id = r.booking_id AND b.booking_id BETWEEN $2 AND $3 AND b.state = 0
    RETURNING b.booking_id
), item AS (
    INSERT INTO bookings.booking_item
        (booking_id, departure_id, price, unit_no, item_no, passenger_no, leg_no, state, coach, label,
         from_call, to_call)
    SELECT i.booking_id, i.departure_id, i.price, i.unit_no, i.item_no, i.passenger_no, i.leg_no, 1, i.coach, i.label,
        i.from_call, i.to_call
    FROM unnest($4::uuid[], $5::bigint[], $6::bigint[], $7::integer[], $8::smallint[], $9::smallint[],
                $10::smallint[], $11::text[], $12::text[], $18::smallint[], $19::smallint[])
        AS i (booking_id, departure_id, price, unit_no, item_no, passenger_no, leg_no, coach, label, from_call, to_call)
    WHERE i.booking_id IN (SELECT booking_id FROM done)
), saga AS (
    DELETE FROM bookings.open_saga WHERE hold_id = ANY($13::uuid[]) AND booking_id = ANY($1::uuid[])
), answer AS (
    INSERT INTO bookings.answer (payment_id, key, status, body, sealed)
    SELECT a.payment_id, a.key, 201, a.body, a.sealed
    FROM unnest($14::uuid[], $15::bytea[], $16::text[], $17::uuid[], $21::bytea[])
        AS a (payment_id, key, body, booking_id, sealed)
    WHERE a.booking_id IN (SELECT booking_id FROM done)
    ON CONFLICT (payment_id) DO NOTHING
), event AS (
    INSERT INTO bookings.outbox (key, type, payload)
    SELECT e.booking_id, 'booking.confirmed', e.payload
    FROM unnest($1::uuid[], $20::text[]) AS e (booking_id, payload)
    WHERE e.booking_id IN (SELECT booking_id FROM done)
)
SELECT booking_id FROM done
"""

# Other ends

LOCK_PENDING = "SELECT payment_id FROM bookings.booking WHERE booking_id = $1 AND state = 0 FOR UPDATE"

FAIL_BOOKING = "UPDATE bookings.booking SET state = 4, updated_at = now() WHERE booking_id = $1"

CLOSE_SAGA = "DELETE FROM bookings.open_saga WHERE hold_id = $1 AND booking_id = $2"

WAIT_FOR_CARD = """
UPDATE bookings.open_saga
SET kind = 1, due_at = now() + $2 * interval '1 second', attempts = 0, token = '', key = NULL, last_error = ''
WHERE hold_id = $1 AND booking_id = $3
"""

INSERT_ANSWER = """
INSERT INTO bookings.answer (payment_id, key, status, body, sealed) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (payment_id) DO NOTHING
"""

TRY_AGAIN = """
UPDATE bookings.open_saga
SET kind = 0, due_at = now() + $3 * interval '1 second', attempts = 0, worker = $4,
    key = $5, fingerprint = $6, method = $7, token = $8, correlation_id = $9, last_error = ''
WHERE hold_id = $1 AND booking_id = $2 AND kind = 1 RETURNING booking_id
"""

SET_PAYMENT = "UPDATE bookings.booking SET payment_id = $2, updated_at = now() WHERE booking_id = $1"

SET_PEOPLE = "UPDATE bookings.booking_detail SET passengers = $2, contact = $3, sealed = $4 WHERE booking_id = $1"

POSTPONE = """
UPDATE bookings.open_saga
SET due_at = now() + $2 * interval '1 second', last_error = CASE WHEN $3 = '' THEN last_error ELSE $3 END
WHERE hold_id = $1
"""

# Recovery

# What a saga waited for has happened, so this look is none of those after which it gives up.
HASTEN = """
UPDATE bookings.open_saga SET due_at = now(), attempts = greatest(attempts - 1, 0)
WHERE booking_id = ANY($1::uuid[]) AND kind IN (0, 3) AND due_at > now()
"""

TAKE_DUE = """
WITH due AS (
    SELECT hold_id FROM bookings.open_saga WHERE due_at <= now() ORDER BY due_at LIMIT $1
    FOR UPDATE SKIP LOCKED
)
UPDATE bookings.open_saga AS s
SET due_at = now() + $2 * interval '1 second', attempts = s.attempts + 1, worker = $3
FROM due WHERE s.hold_id = due.hold_id
RETURNING s.hold_id, s.booking_id, s.kind, s.attempts, s.key, s.fingerprint, s.method, s.token, s.correlation_id
"""

# Who lives keeps what it works on; what waits for a later moment waits on.
RENEW = """
UPDATE bookings.open_saga SET due_at = greatest(due_at, now() + $2 * interval '1 second')
WHERE hold_id = ANY($1::uuid[]) AND kind <> 1
"""

FIND_SAGA = """
SELECT hold_id, booking_id, kind, attempts, key, fingerprint, method, token, correlation_id
FROM bookings.open_saga WHERE hold_id = $1
"""

# Reading

_BOOKING = """
SELECT b.booking_id, b.locator, b.state, b.hold_id, b.payment_id, b.total, b.refunded, b.fees, b.version, b.trip_no,
       b.owner_id,
       extract(epoch FROM b.created_at)::bigint AS created_s,
       d.offer, d.passengers, d.contact, d.sealed, d.units,
       ARRAY(SELECT i.state FROM bookings.booking_item AS i WHERE i.booking_id = b.booking_id AND i.trip_no = b.trip_no
             ORDER BY i.item_no) AS item_states,
       (SELECT json_agg(json_build_array(c.payment_id, c.amount) ORDER BY c.made_at, c.payment_id)::text
        FROM bookings.charge AS c WHERE c.booking_id = b.booking_id) AS charges,
       (SELECT json_agg(json_build_array(r.refund_id, r.payment_id, r.amount, extract(epoch FROM r.made_at)::bigint)
                        ORDER BY r.made_at, r.refund_id)::text
        FROM bookings.refund AS r WHERE r.booking_id = b.booking_id) AS refunds,
       (SELECT json_agg(json_build_array(e.exchange_id, (ARRAY['pending', 'done', 'failed', 'pending'])[e.state + 1],
                                         e.fee, e.charge, e.refund, extract(epoch FROM e.made_at)::bigint, e.reason)
                        ORDER BY e.made_at, e.exchange_id)::text
        FROM bookings.exchange AS e WHERE e.booking_id = b.booking_id) AS exchanges
FROM bookings.booking AS b JOIN bookings.booking_detail AS d USING (booking_id)
"""

FIND_BOOKING = f"{_BOOKING} WHERE b.booking_id = $1"

FIND_BOOKINGS = f"{_BOOKING} WHERE b.booking_id = ANY($1::uuid[])"

FIND_OWNED = f"{FIND_BOOKINGS} AND b.owner_id IS NOT NULL"

PAGE_OWNED = f"{_BOOKING} WHERE b.booking_id > $1 AND b.owner_id IS NOT NULL ORDER BY b.booking_id LIMIT $2"

FIND_BY_LOCATOR = f"{_BOOKING} JOIN bookings.locator AS l ON l.booking_id = b.booking_id WHERE l.locator = $1"

FIND_CONTACT = """
SELECT d.booking_id, d.contact FROM bookings.locator AS l JOIN bookings.booking_detail AS d USING (booking_id)
WHERE l.locator = $1
"""

LIST_OWN = f"""
{_BOOKING} WHERE b.owner_id = $1 AND b.booking_id < $2 ORDER BY b.booking_id DESC LIMIT $3
"""

FIND_CLAIM = """
SELECT i.fingerprint, i.booking_id, a.payment_id, a.status, a.body, a.sealed
FROM bookings.idempotency AS i LEFT JOIN bookings.answer AS a USING (payment_id) WHERE i.key = $1
"""

FIND_ANSWER = "SELECT payment_id, status, body, sealed FROM bookings.answer WHERE payment_id = $1"

LIST_BOOKINGS = """
SELECT b.booking_id, b.locator, b.state, b.hold_id, b.payment_id, b.total, b.currency, b.refunded, b.fees,
       b.booking_id IN (SELECT booking_id FROM bookings.open_saga) AS open_saga,
       l.booking_id IS NOT NULL AS has_locator, d.offer, d.passengers,
       ARRAY(SELECT ARRAY[i.passenger_no, i.leg_no, i.departure_id, coalesce(i.unit_no, -1), i.from_call, i.to_call,
                          i.price, i.state]
             FROM bookings.booking_item AS i WHERE i.booking_id = b.booking_id AND i.trip_no = b.trip_no
             ORDER BY i.item_no) AS items,
       ARRAY(SELECT c.payment_id FROM bookings.charge AS c WHERE c.booking_id = b.booking_id) AS charges
FROM bookings.booking AS b
LEFT JOIN bookings.booking_detail AS d USING (booking_id)
LEFT JOIN bookings.locator AS l ON l.locator = b.locator AND l.booking_id = b.booking_id
WHERE b.booking_id > $1 ORDER BY b.booking_id LIMIT $2
"""

# The timeline

NOTE_TROUBLE = """
INSERT INTO bookings.saga_errors (booking_id, step, attempt, code, detail, correlation_id)
VALUES ($1, $2, $3, $4, $5, $6)
"""

LIST_TROUBLES = """
SELECT happened_at, step, attempt, code, detail, correlation_id FROM bookings.saga_errors
WHERE booking_id = $1 ORDER BY happened_at
"""

# The outbox has no index by key: this reads the days since the booking was made. Operators ask seldom.
LIST_EVENTS = "SELECT made_at, type FROM bookings.outbox WHERE key = $1 AND made_at >= $2 ORDER BY xid, id"

FIND_OPEN_WORK = """
SELECT kind, attempts, due_at, last_error FROM bookings.open_saga WHERE booking_id = $1
"""

# Keeping house

REMOVE_OLD_ANSWERS = """
WITH gone AS (
    DELETE FROM bookings.answer WHERE payment_id IN (
        SELECT payment_id FROM bookings.answer WHERE payment_id < $1 ORDER BY payment_id LIMIT $2)
    RETURNING key
), freed AS (
    DELETE FROM bookings.idempotency AS i USING gone WHERE i.key = gone.key
)
SELECT count(*) FROM gone
"""

NEXT_LOCATOR_BLOCK = "SELECT nextval('bookings.locator_block')"
