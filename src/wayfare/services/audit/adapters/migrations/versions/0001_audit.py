"""The log, its checkpoints, and what may change beside them: keys of persons, positions, origins of requests."""

from __future__ import annotations

from alembic import op

from wayfare.services.audit.adapters.sql import GUARD_AGAINST_TRUNCATE, GUARD_BODY

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    # Cut by the month in which rows were noted.
    """
    CREATE TABLE audit.entry (
        seq            bigint NOT NULL,
        noted_at       timestamptz NOT NULL,
        at             timestamptz NOT NULL,
        actor          text NOT NULL,
        action         text NOT NULL,
        object         text NOT NULL,
        correlation_id text NOT NULL,
        before         text,
        after          text,
        person         text,
        sealed         bytea,
        previous       bytea NOT NULL,
        hash           bytea NOT NULL,
        words          text[] NOT NULL,
        PRIMARY KEY (seq, noted_at)
    ) PARTITION BY RANGE (noted_at)
    """,
    "CREATE INDEX entry_actor ON audit.entry (actor, seq)",
    "CREATE INDEX entry_object ON audit.entry (object, seq)",
    "CREATE INDEX entry_action ON audit.entry (action, seq)",
    "CREATE INDEX entry_words ON audit.entry USING gin (words)",
    "CREATE INDEX entry_at ON audit.entry USING brin (at)",
    """
    CREATE TABLE audit.checkpoint (
        number    bigint NOT NULL PRIMARY KEY,
        at        timestamptz NOT NULL,
        seq       bigint NOT NULL,
        hash      bytea NOT NULL,
        previous  bytea NOT NULL,
        key_id    text NOT NULL,
        signature bytea NOT NULL
    )
    """,
    # Each key is wrapped by one that is not in the database. Without a key nobody reads what was sealed with it.
    """
    CREATE TABLE audit.person (
        person       text NOT NULL PRIMARY KEY,
        key          bytea,
        made_at      timestamptz NOT NULL DEFAULT now(),
        forgotten_at timestamptz
    )
    """,
    """
    CREATE TABLE audit.position (service text NOT NULL PRIMARY KEY, position text NOT NULL) WITH (fillfactor = 50)
    """,
    # For a day only, and not worth a disk write each.
    """
    CREATE UNLOGGED TABLE audit.origin (
        correlation_id text NOT NULL, address text NOT NULL, noted_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX origin_request ON audit.origin (correlation_id)",
    "CREATE INDEX origin_age ON audit.origin USING brin (noted_at)",
]

GUARD = [f"CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $${GUARD_BODY}$$"]
for table in ("entry", "checkpoint"):
    GUARD += [
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON audit.{table}
        FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()
        """,
        f"ALTER TABLE audit.{table} ENABLE ALWAYS TRIGGER {table}_append_only",
        *GUARD_AGAINST_TRUNCATE.format(name=table).split(";"),
    ]


def upgrade() -> None:
    for statement in (*TABLES, *GUARD):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE audit.entry, audit.checkpoint, audit.person, audit.position, audit.origin")
    op.execute("DROP FUNCTION audit.refuse_change()")
