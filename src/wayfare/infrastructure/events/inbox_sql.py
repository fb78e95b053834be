"""Every statement on what consumers keep."""

from __future__ import annotations

# One at a time per consumer, whoever believes to be its leader.
LOCK = "SELECT pg_advisory_xact_lock($1)"

POSITION = "SELECT position FROM events.position WHERE consumer = $1 AND topic = $2"

REGISTER = "INSERT INTO events.position (consumer, topic) VALUES ($1, $2) ON CONFLICT DO NOTHING"

IS_REGISTERED = "SELECT EXISTS (SELECT FROM events.position WHERE consumer = $1)"

SET_POSITION = "UPDATE events.position SET position = $3 WHERE consumer = $1 AND topic = $2"

RECEIVE = """
INSERT INTO events.received (consumer, identity) SELECT $1, * FROM unnest($2::text[])
ON CONFLICT DO NOTHING RETURNING identity
"""

QUEUE = """
INSERT INTO events.waiting (consumer, topic, key, event)
SELECT $1, $2, e.key, e.event FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS e (key, event, n) ORDER BY e.n
"""

# The oldest of those whose key has nothing older that waits for its next attempt.
DUE = """
WITH blocked AS MATERIALIZED (
    SELECT key, min(seq) AS seq FROM events.waiting
    WHERE consumer = $1 AND attempts > 0 AND due_at > now() GROUP BY key
)
SELECT w.seq, w.key, w.topic, w.event, w.attempts FROM events.waiting AS w
WHERE w.consumer = $1 AND w.due_at <= now()
  AND NOT EXISTS (SELECT FROM blocked AS b WHERE b.key = w.key AND b.seq < w.seq)
ORDER BY w.seq LIMIT $2
"""

HANDLED = "DELETE FROM events.waiting WHERE consumer = $1 AND seq = ANY($2::bigint[])"

POSTPONE = """
UPDATE events.waiting SET attempts = attempts + 1, due_at = now() + $3 * interval '1 second', last_error = $4
WHERE consumer = $1 AND seq = $2
"""

BURY = """
INSERT INTO events.dead_letter (consumer, topic, key, type, event, error, attempts) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""

FORGET = """
DELETE FROM events.received WHERE (consumer, identity) IN (
    SELECT consumer, identity FROM events.received WHERE received_at < now() - $1 * interval '1 day'
    ORDER BY received_at LIMIT 5000)
"""

COUNT = """
SELECT (SELECT count(*) FROM events.waiting) AS waiting, (SELECT count(*) FROM events.dead_letter) AS dead
"""

# For people

LIST_DEAD = """
SELECT id, consumer, topic, key, type, error, attempts, died_at FROM events.dead_letter
WHERE $1::text IS NULL OR consumer = $1 ORDER BY id LIMIT $2
"""

FIND_DEAD = """
SELECT id, consumer, topic, key, type, error, attempts, died_at FROM events.dead_letter
WHERE id = ANY($1::bigint[]) ORDER BY id
"""

GET_DEAD = (
    "SELECT id, consumer, topic, key, type, event, error, attempts, died_at FROM events.dead_letter WHERE id = $1"
)

REVIVE = """
WITH gone AS (
    DELETE FROM events.dead_letter WHERE id = ANY($1::bigint[]) RETURNING id, consumer, topic, key, event
), queued AS (
    INSERT INTO events.waiting (consumer, topic, key, event) SELECT consumer, topic, key, event FROM gone ORDER BY id
)
SELECT id FROM gone
"""

DROP_DEAD = "DELETE FROM events.dead_letter WHERE id = ANY($1::bigint[]) RETURNING id"

ALL_DEAD = "SELECT id FROM events.dead_letter WHERE $1::text IS NULL OR consumer = $1"

TOPICS_OF = "SELECT topic FROM events.position WHERE consumer = $1"

CONSUMERS = "SELECT DISTINCT consumer FROM events.position ORDER BY consumer"

EMPTY_WAITING = "DELETE FROM events.waiting WHERE consumer = $1 AND topic = $2"

MARK_RECEIVED = """
INSERT INTO events.received (consumer, identity) SELECT $1, * FROM unnest($2::text[])
ON CONFLICT (consumer, identity) DO UPDATE SET received_at = now()
"""
