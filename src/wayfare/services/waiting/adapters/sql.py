"""The statements of the waiting service."""

from __future__ import annotations

_ROOM = """room_id, departure_id, rate, extract(epoch FROM starts_at)::double precision AS starts_s, issued, admitted"""

OPEN_ROOM = f"""
INSERT INTO waiting.room (departure_id, rate, starts_at, ticked_at)
SELECT $1, $2, starts, starts FROM (SELECT coalesce(to_timestamp($3::double precision), clock_timestamp())) s (starts)
ON CONFLICT (departure_id) WHERE closed_at IS NULL DO NOTHING
RETURNING {_ROOM}
"""

SET_RATE = f"UPDATE waiting.room SET rate = $2 WHERE departure_id = $1 AND closed_at IS NULL RETURNING {_ROOM}"

CLOSE_ROOM = f"""
UPDATE waiting.room SET closed_at = clock_timestamp() WHERE departure_id = $1 AND closed_at IS NULL RETURNING {_ROOM}
"""

# An hour later nobody comes any more with what the room gave him.
TIDY = """
WITH proofs AS (DELETE FROM waiting.proof WHERE expires_at < now())
DELETE FROM waiting.place p USING waiting.room r
WHERE p.room_id = r.room_id AND r.closed_at < now() - interval '1 hour'
"""

LIST_ROOMS = f"SELECT {_ROOM} FROM waiting.room WHERE closed_at IS NULL ORDER BY departure_id"

# Any process may let in, as often as it likes: what has grown since the last time is let in, no more than a second's
# worth at once, so that neither an outage nor an empty queue saves up a crowd. The rooms are locked by a statement
# before: the second one sees every place that was given until then. $1: not more often, seconds.
LOCK_DUE_ROOMS = """
SELECT room_id FROM waiting.room
WHERE closed_at IS NULL AND ticked_at <= clock_timestamp() - make_interval(secs => $1)
ORDER BY room_id FOR UPDATE
"""

LET_IN = """
WITH due AS (
    SELECT room_id, admitted, issued - admitted AS waiting, clock_timestamp() AS now,
        least(credit + rate * extract(epoch FROM clock_timestamp() - ticked_at), greatest(rate, 1)) AS grown
    FROM waiting.room WHERE room_id = ANY ($1::integer[])
), raised AS (
    UPDATE waiting.room r SET ticked_at = due.now,
        admitted = due.admitted + least(floor(grown)::integer, waiting),
        credit = grown - least(floor(grown)::integer, waiting)
    FROM due WHERE r.room_id = due.room_id
    RETURNING r.room_id, due.admitted AS before, r.admitted AS after, due.now
), told AS (
    UPDATE waiting.place p SET admitted_at = raised.now
    FROM raised WHERE p.room_id = raised.room_id AND p.number > raised.before AND p.number <= raised.after
)
SELECT coalesce(sum(after - before), 0)::bigint FROM raised
"""

LOCK_ROOMS = """
SELECT room_id, issued FROM waiting.room WHERE room_id = ANY ($1::integer[]) AND closed_at IS NULL
ORDER BY room_id FOR UPDATE
"""

# $4: how long an admission lasts, seconds. Who was let in and let it pass begins anew.
FIND_PLACES = """
SELECT p.room_id, p.number, p.device, p.customer,
    coalesce(p.admitted_at <= clock_timestamp() - make_interval(secs => $4), false) AS expired
FROM unnest($1::integer[], $2::bytea[]) AS n (room_id, device)
JOIN waiting.place p ON p.room_id = n.room_id AND p.device = n.device
UNION ALL
SELECT p.room_id, p.number, p.device, p.customer,
    coalesce(p.admitted_at <= clock_timestamp() - make_interval(secs => $4), false)
FROM unnest($1::integer[], $3::bytea[]) AS n (room_id, customer)
JOIN waiting.place p ON p.room_id = n.room_id AND p.customer = n.customer
"""

FORGET_PLACES = """
DELETE FROM waiting.place WHERE (room_id, number) IN (SELECT * FROM unnest($1::integer[], $2::integer[]))
"""

COUNT_BY_ADDRESS = """
SELECT room_id, address, count(*) AS places FROM waiting.place
WHERE room_id = ANY ($1::integer[]) AND address = ANY ($2::bytea[]) GROUP BY 1, 2
"""

INSERT_PLACES = """
INSERT INTO waiting.place (room_id, number, device, customer, address)
SELECT * FROM unnest($1::integer[], $2::integer[], $3::bytea[], $4::bytea[], $5::bytea[])
"""

RAISE_ISSUED = """
UPDATE waiting.room r SET issued = n.issued FROM unnest($1::integer[], $2::integer[]) AS n (room_id, issued)
WHERE r.room_id = n.room_id AND r.room_id = ANY ($1)
"""

ADMITTED_AT = """
SELECT room_id, number, extract(epoch FROM admitted_at)::double precision AS admitted_s FROM waiting.place
WHERE (room_id, number) IN (SELECT * FROM unnest($1::integer[], $2::integer[]))
"""

# Each place once. $3: how long an admission lasts, seconds; $4: how many holds it is good for.
SPEND = """
UPDATE waiting.place p SET holds = holds + 1
FROM unnest($1::integer[], $2::integer[]) AS n (room_id, number)
WHERE p.room_id = n.room_id AND p.number = n.number AND holds < $4
    AND admitted_at > clock_timestamp() - make_interval(secs => $3)
RETURNING p.room_id, p.number, holds
"""

TAKE_BACK = """
UPDATE waiting.place p SET holds = greatest(holds - 1, 0)
FROM unnest($1::integer[], $2::integer[]) AS n (room_id, number)
WHERE p.room_id = n.room_id AND p.number = n.number
RETURNING p.room_id, p.number, holds
"""

TAKE_PROOF = """
INSERT INTO waiting.proof (challenge, expires_at) VALUES ($1, to_timestamp($2::double precision))
ON CONFLICT (challenge) DO NOTHING RETURNING true
"""
