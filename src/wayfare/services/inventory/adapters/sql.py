"""All SQL of inventory. Hot statements work on arrays: one statement for a whole batch.

Rules they keep: rows are touched in key order; a unit stands once in a statement; the judge of time is the
database's clock; nothing about a hold's state is decided but inside the UPDATE that changes it. Keys are given
again as a constant range or list, so that the planner takes only the partitions they fall in.
"""

from __future__ import annotations

# $1 departure_id, $2 unit_no, $3 and $4 the words of the mask; in key order. Who does not come back was refused.
CLAIM = """
INSERT INTO inventory.occupancy AS o (departure_id, unit_no, taken_lo, taken_hi)
SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bigint[])
ON CONFLICT (departure_id, unit_no) DO UPDATE
SET taken_lo = o.taken_lo | excluded.taken_lo, taken_hi = o.taken_hi | excluded.taken_hi
WHERE o.taken_lo & excluded.taken_lo = 0 AND o.taken_hi & excluded.taken_hi = 0
RETURNING departure_id, unit_no
"""

# $1 and $2 in key order. UPDATE … FROM touches rows in any order: without this lock two releases can wait for
# each other for ever.
LOCK_UNITS = """
SELECT FROM unnest($1::bigint[], $2::integer[]) AS c (departure_id, unit_no)
JOIN inventory.occupancy o USING (departure_id, unit_no)
WHERE o.departure_id BETWEEN ($1::bigint[])[1] AND ($1::bigint[])[cardinality($1::bigint[])]
ORDER BY o.departure_id, o.unit_no
FOR UPDATE OF o
"""

# $1 and $2 in key order; only for rows that this transaction has locked.
CLEAR = """
UPDATE inventory.occupancy o SET taken_lo = o.taken_lo & ~c.lo, taken_hi = o.taken_hi & ~c.hi
FROM unnest($1::bigint[], $2::integer[], $3::bigint[], $4::bigint[]) AS c (departure_id, unit_no, lo, hi)
WHERE o.departure_id = c.departure_id AND o.unit_no = c.unit_no
    AND o.departure_id BETWEEN ($1::bigint[])[1] AND ($1::bigint[])[cardinality($1::bigint[])]
"""

# The units of all holds lie end to end in $8 … $13; each hold takes its slice, first … last.
INSERT_HOLDS = """
INSERT INTO inventory.hold (hold_id, state, expires_at, expires_s, offer_token, fingerprint,
    passenger, leg, departure_id, unit_no, mask_lo, mask_hi)
SELECT n.hold_id, 0, clock_timestamp() + n.lasts_s * interval '1 second', n.expires_s, n.offer_token, n.fingerprint,
    ($8::smallint[])[n.first:n.last], ($9::smallint[])[n.first:n.last], ($10::bigint[])[n.first:n.last],
    ($11::integer[])[n.first:n.last], ($12::bigint[])[n.first:n.last], ($13::bigint[])[n.first:n.last]
FROM unnest($1::integer[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::integer[], $7::integer[])
    AS n (lasts_s, hold_id, expires_s, offer_token, fingerprint, first, last)
ON CONFLICT DO NOTHING
RETURNING hold_id
"""

# State 4 is never stored: held, but overdue.
_HOLD = """hold_id, CASE WHEN state = 0 AND expires_at <= clock_timestamp() THEN 4 ELSE state END AS state,
    expires_s, offer_token, fingerprint, booking_id, passenger, leg, departure_id, unit_no, mask_lo, mask_hi"""

FIND_HOLDS = f"SELECT {_HOLD} FROM inventory.hold WHERE hold_id = ANY ($1::uuid[])"

LOCK_HOLDS = f"{FIND_HOLDS} ORDER BY hold_id FOR UPDATE"

# Not a join with unnest: while no hold is in state 0 the planner expects one row, and compares all with all.
CONFIRM = f"""
UPDATE inventory.hold SET state = 1, booking_id = ($2::uuid[])[array_position($1::uuid[], hold_id)]
WHERE hold_id = ANY ($1) AND state = 0 AND expires_at > clock_timestamp()
RETURNING {_HOLD}
"""

UPDATE_HOLDS = """
UPDATE inventory.hold h SET state = n.state,
    passenger = ($5::smallint[])[n.first:n.last], leg = ($6::smallint[])[n.first:n.last],
    departure_id = ($7::bigint[])[n.first:n.last], unit_no = ($8::integer[])[n.first:n.last],
    mask_lo = ($9::bigint[])[n.first:n.last], mask_hi = ($10::bigint[])[n.first:n.last]
FROM unnest($1::uuid[], $2::smallint[], $3::integer[], $4::integer[]) AS n (changed, state, first, last)
WHERE h.hold_id = n.changed AND h.hold_id = ANY ($1)
"""

# $1: from where the index is read; $2: at most so many.
LOCK_DUE = """
SELECT hold_id, expires_at FROM inventory.hold WHERE expires_at >= $1 AND expires_at <= now() AND state = 0
ORDER BY expires_at LIMIT $2
FOR UPDATE SKIP LOCKED
"""

EXPIRE = f"UPDATE inventory.hold SET state = 3 WHERE hold_id = ANY ($1::uuid[]) AND state = 0 RETURNING {_HOLD}"

NOW = "SELECT now()"

OVERLOOKED = "SELECT min(expires_at) FROM inventory.hold WHERE state = 0 AND expires_at < now() - interval '1 minute'"

TAKEN = """
SELECT departure_id, unit_no, taken_lo, taken_hi FROM inventory.occupancy
WHERE departure_id = ANY ($1::bigint[]) AND (taken_lo <> 0 OR taken_hi <> 0)
"""

SOLD_DEPARTURES = """
SELECT DISTINCT departure_id FROM inventory.occupancy
WHERE departure_id >= $1 AND departure_id & 4294967295 = ANY ($2::bigint[]) AND (taken_lo <> 0 OR taken_hi <> 0)
ORDER BY departure_id
"""

COUNT_TAKEN = """
SELECT (departure_id >> 32)::integer, sum(bit_count(taken_lo::bit(64)) + bit_count(taken_hi::bit(64)))::bigint
FROM inventory.occupancy
WHERE departure_id >= $1 AND departure_id < $2 AND (taken_lo <> 0 OR taken_hi <> 0) GROUP BY 1
"""

# By the index on the end: only the holds of the last minutes are looked at.
COUNT_OPEN = "SELECT count(*) FROM inventory.hold WHERE expires_at > now() AND state = 0"

CONFIRMED_PAGE = f"""
SELECT {_HOLD} FROM inventory.hold WHERE hold_id > $1 AND state = 1 ORDER BY hold_id LIMIT $2
"""

# Holds that came to nothing, a page of all at a time; those that are confirmed belong to bookings.
FORGET_ENDED = """
WITH page AS (
    SELECT hold_id, state, expires_at FROM inventory.hold
    WHERE expires_at >= $1 AND expires_at < $3 AND (expires_at, hold_id) > ($1, $2)
    ORDER BY expires_at, hold_id LIMIT $4
), gone AS (
    DELETE FROM inventory.hold AS h USING page AS p
    WHERE h.hold_id = p.hold_id AND h.state IN (2, 3) RETURNING h.hold_id
)
SELECT expires_at, hold_id, (SELECT count(*) FROM page) AS seen, (SELECT count(*) FROM gone) AS removed
FROM page ORDER BY expires_at DESC, hold_id DESC LIMIT 1
"""
