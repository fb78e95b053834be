"""What consumers keep: what they have received, what waits to be handled, what could not be, and how far they read."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    # The identity of every event of the last days: a second copy is recognised by it.
    """
    CREATE TABLE events.received (
        consumer    text NOT NULL,
        identity    text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, identity)
    )
    """,
    "CREATE INDEX received_age ON events.received (received_at)",
    # Small: only what is not handled yet. `seq` is the order of arrival.
    """
    CREATE TABLE events.waiting (
        consumer    text NOT NULL,
        seq         bigint GENERATED ALWAYS AS IDENTITY,
        key         text NOT NULL,
        topic       text NOT NULL,
        event       text NOT NULL,
        attempts    integer NOT NULL DEFAULT 0,
        due_at      timestamptz NOT NULL DEFAULT now(),
        last_error  text NOT NULL DEFAULT '',
        PRIMARY KEY (consumer, seq)
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)
    """,
    "CREATE INDEX waiting_postponed ON events.waiting (consumer, key) WHERE attempts > 0",
    """
    CREATE TABLE events.dead_letter (
        id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        consumer    text NOT NULL,
        topic       text NOT NULL,
        key         text NOT NULL,
        type        text NOT NULL,
        event       text NOT NULL,
        error       text NOT NULL,
        attempts    integer NOT NULL,
        died_at     timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE events.position (
        consumer    text NOT NULL,
        topic       text NOT NULL,
        position    text NOT NULL DEFAULT '',
        PRIMARY KEY (consumer, topic)
    ) WITH (fillfactor = 50)
    """,
]


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE events.received, events.waiting, events.dead_letter, events.position")
