"""The statements of after-sales. Each changes a booking that is as it was seen: its version is named."""

from __future__ import annotations

# Cancel, in whole or for some

CANCEL = """
UPDATE bookings.booking SET state = $3, refunded = $4, fees = $5, version = version + 1, updated_at = now()
WHERE booking_id = $1 AND state = 2 AND version = $2 RETURNING booking_id
"""

SET_ITEMS = """
UPDATE bookings.booking_item AS i SET state = r.state
FROM unnest($3::smallint[], $4::smallint[], $5::smallint[]) AS r (passenger_no, leg_no, state)
WHERE i.booking_id = $1 AND i.trip_no = $2 AND i.passenger_no = r.passenger_no AND i.leg_no = r.leg_no
"""

INSERT_REFUNDS = """
INSERT INTO bookings.refund (booking_id, refund_id, payment_id, amount, made_at)
SELECT $1, r.refund_id, r.payment_id, r.amount, to_timestamp(r.made_s)
FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[]) AS r (refund_id, payment_id, amount, made_s)
"""

# A saga that keeps promises: units are released, money goes back.
OPEN_SETTLING = """
INSERT INTO bookings.open_saga (hold_id, booking_id, due_at, kind, worker, fingerprint, method, token, correlation_id)
VALUES ($1, $2, now() + $3 * interval '1 second', 2, $4, '', '', '', $5)
"""

# Names

LOCK_FOR_NAMES = """
SELECT b.version, b.state, s.kind FROM bookings.booking AS b LEFT JOIN bookings.open_saga AS s USING (hold_id)
WHERE b.booking_id = $1 FOR UPDATE OF b
"""

COUNT_CHANGE = "UPDATE bookings.booking SET version = version + 1, updated_at = now() WHERE booking_id = $1"

# Exchange

LOCK_TICKETED = """
SELECT booking_id FROM bookings.booking WHERE booking_id = $1 AND state = 2 AND version = $2 FOR UPDATE
"""

OPEN_EXCHANGE_SAGA = """
INSERT INTO bookings.open_saga
    (hold_id, booking_id, due_at, kind, worker, key, fingerprint, method, token, correlation_id)
VALUES ($1, $2, now() + $3 * interval '1 second', 3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (hold_id) DO NOTHING RETURNING booking_id
"""

INSERT_EXCHANGE = """
INSERT INTO bookings.exchange
    (booking_id, exchange_id, version, hold_id, payment_id, fee, charge, refund, made_at, offer, units)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9), $10, $11)
"""

FIND_EXCHANGE = """
SELECT booking_id, exchange_id, version, hold_id, payment_id, fee, charge, refund, offer, units,
       extract(epoch FROM made_at)::bigint AS made_s, state = 3 AS abandoned
FROM bookings.exchange WHERE booking_id = $1 AND state IN (0, 3)
"""

SWITCH_BOOKING = """
UPDATE bookings.booking
SET hold_id = $3, total = total + $4, refunded = $5, fees = $6, version = version + 1, trip_no = trip_no + 1,
    updated_at = now()
WHERE booking_id = $1 AND state = 2 AND version = $2 RETURNING booking_id
"""

# From here on no process can switch.
ABANDON_EXCHANGE = """
UPDATE bookings.exchange SET state = 3 WHERE booking_id = $1 AND exchange_id = $2 AND state IN (0, 3)
RETURNING exchange_id
"""

END_EXCHANGE = """
UPDATE bookings.exchange AS e
SET state = $3::smallint, ended_at = now(), reason = $4,
    former = CASE WHEN $3::smallint = 1 THEN (
        SELECT json_build_object('offer', d.offer::json, 'passengers', d.passengers::json, 'units', d.units::json)::text
        FROM bookings.booking_detail AS d WHERE d.booking_id = $1) ELSE '' END
WHERE e.booking_id = $1 AND e.exchange_id = $2 AND e.state = ANY($5::smallint[]) RETURNING e.exchange_id
"""

FIND_TRIPS_LEFT = """
SELECT booking_id, payment_id, former FROM bookings.exchange
WHERE booking_id = ANY($1::uuid[]) AND state = 1 ORDER BY booking_id, version
"""

SET_TRIP = "UPDATE bookings.booking_detail SET offer = $2, units = $3 WHERE booking_id = $1"

LEAVE_ITEMS = "UPDATE bookings.booking_item SET state = 5 WHERE booking_id = $1 AND trip_no = $2 AND state = 1"

INSERT_ITEMS = """
INSERT INTO bookings.booking_item
    (booking_id, departure_id, price, unit_no, item_no, passenger_no, leg_no, state, coach, label,
     from_call, to_call, trip_no)
SELECT $1, i.departure_id, i.price, i.unit_no,
    i.number + (SELECT max(item_no) FROM bookings.booking_item WHERE booking_id = $1),
    i.passenger_no, i.leg_no, 1, i.coach, i.label, i.from_call, i.to_call, $2
FROM unnest($3::bigint[], $4::bigint[], $5::integer[], $6::smallint[], $7::smallint[], $8::text[], $9::text[],
            $10::smallint[], $11::smallint[]) WITH ORDINALITY
    AS i (departure_id, price, unit_no, passenger_no, leg_no, coach, label, from_call, to_call, number)
"""

INSERT_CHARGE = """
INSERT INTO bookings.charge (booking_id, payment_id, amount, made_at) VALUES ($1, $2, $3, to_timestamp($4))
"""

# From here on the saga keeps the promises of the exchange; the payment's token is forgotten.
SETTLE_SAGA = """
UPDATE bookings.open_saga
SET kind = 2, due_at = now() + $3 * interval '1 second', attempts = 0, key = NULL, fingerprint = '', method = '',
    token = '', last_error = ''
WHERE hold_id = $1 AND booking_id = $2
"""
