"""Every statement of the audit service."""

from __future__ import annotations

GUARD_BODY = " BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'restrict_violation'; END "
"""What the triggers do; verifying a log checks that they still do."""

# One writer at a time, whoever it is: a row has to follow on the one before it.
LOCK = "SELECT pg_advisory_xact_lock($1)"

POSITION = "SELECT position FROM audit.position WHERE service = $1"

SET_POSITION = """
INSERT INTO audit.position (service, position) VALUES ($1, $2)
ON CONFLICT (service) DO UPDATE SET position = excluded.position
"""

LAST = "SELECT seq, noted_at, hash FROM audit.entry ORDER BY seq DESC LIMIT 1"

APPEND = """
INSERT INTO audit.entry
    (seq, noted_at, at, actor, action, object, correlation_id, before, after, person, sealed, previous, hash, words)
SELECT r.seq, 'epoch'::timestamptz + r.noted * interval '1 microsecond',
       'epoch'::timestamptz + r.happened * interval '1 microsecond', r.actor, r.action, r.object, r.correlation_id,
       r.before, r.after, r.person, r.sealed, r.previous, r.hash, string_to_array(r.words, ' ')
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
            $9::text[], $10::text[], $11::bytea[], $12::bytea[], $13::bytea[], $14::text[])
    AS r (seq, noted, happened, actor, action, object, correlation_id, before, after, person, sealed, previous, hash,
          words)
"""

# Persons

FIND_KEYS = "SELECT person, key FROM audit.person WHERE person = ANY($1::text[])"

ADD_KEYS = "INSERT INTO audit.person (person, key) SELECT * FROM unnest($1::text[], $2::bytea[])"

FORGET = """
UPDATE audit.person SET key = NULL, forgotten_at = now() WHERE person = $1 AND key IS NOT NULL RETURNING person
"""

# Where requests came from

NOTE_ORIGINS = "INSERT INTO audit.origin (correlation_id, address) SELECT * FROM unnest($1::text[], $2::text[])"

# Who reuses another request's correlation id is seen beside it, not in its place.
FIND_ORIGINS = """
SELECT correlation_id, array_agg(DISTINCT address ORDER BY address) AS addresses
FROM audit.origin WHERE correlation_id = ANY($1::text[]) GROUP BY correlation_id
"""

FORGET_ORIGINS = "DELETE FROM audit.origin WHERE noted_at < now() - interval '1 day'"

# Checkpoints

CHECKPOINTS = """
SELECT number, at, seq, hash, previous, key_id, signature FROM audit.checkpoint ORDER BY number
"""

LAST_CHECKPOINT = """
SELECT number, at, seq, hash, previous, key_id, signature FROM audit.checkpoint ORDER BY number DESC LIMIT 1
"""

ADD_CHECKPOINT = """
INSERT INTO audit.checkpoint (number, at, seq, hash, previous, key_id, signature)
VALUES ($1, 'epoch'::timestamptz + $2::bigint * interval '1 microsecond', $3, $4, $5, $6, $7)
"""

# Reading

COLUMNS = (
    "seq, noted_at, at, actor, action, object, correlation_id, before, after, person, sealed, previous, hash, words"
)

ENTRIES = f"SELECT {COLUMNS} FROM audit.entry ORDER BY seq, noted_at"

SEARCH = f"SELECT {COLUMNS} FROM audit.entry"

# Of the log and each of its parts: a trigger before every update and delete of a row, and one before truncate, both
# on whatever the session's role is, both with the function that refuses. The bits are those of pg_trigger.h.
UNGUARDED = """
WITH guard AS (
    SELECT t.tgrelid, t.tgtype FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
    WHERE t.tgenabled = 'A' AND t.tgqual IS NULL AND p.prosrc = $1
), guarded AS (
    SELECT 'audit.entry'::regclass AS oid UNION ALL SELECT 'audit.checkpoint'::regclass
    UNION ALL SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit.entry'::regclass
)
SELECT oid::text FROM guarded
WHERE NOT EXISTS (SELECT FROM guard WHERE tgrelid = guarded.oid AND tgtype::int & 27 = 27)
   OR NOT EXISTS (SELECT FROM guard WHERE tgrelid = guarded.oid AND tgtype::int & 34 = 34)
ORDER BY 1
"""

GUARD_AGAINST_TRUNCATE = """
CREATE TRIGGER {name}_not_emptied BEFORE TRUNCATE ON audit.{name}
FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
ALTER TABLE audit.{name} ENABLE ALWAYS TRIGGER {name}_not_emptied
"""
"""Triggers on rows come to a partition by themselves, this one does not."""
