"""Webhooks: who is told, what was or will be sent to whom, and every attempt."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    """
    CREATE TABLE notifications.webhook_endpoint (
        id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        url              text NOT NULL,
        events           text[] NOT NULL,
        operators        text[] NOT NULL,
        secret           text NOT NULL,
        old_secret       text NOT NULL DEFAULT '',
        old_secret_until timestamptz NOT NULL DEFAULT '-infinity',
        created_at       timestamptz NOT NULL,
        failures         integer NOT NULL DEFAULT 0,
        failing_since    timestamptz,
        rests_until      timestamptz NOT NULL DEFAULT '-infinity',
        disabled_at      timestamptz,
        disabled_reason  text NOT NULL DEFAULT ''
    )
    """,
    # `id` is the order in which the events of a key are sent.
    """
    CREATE TABLE notifications.webhook_delivery (
        id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        endpoint_id bigint NOT NULL REFERENCES notifications.webhook_endpoint ON DELETE CASCADE,
        webhook_id  text NOT NULL,
        type        text NOT NULL,
        key         text NOT NULL,
        body        text NOT NULL,
        state       text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
        attempts    integer NOT NULL DEFAULT 0,
        made_at     timestamptz NOT NULL,
        due_at      timestamptz NOT NULL,
        give_up_at  timestamptz NOT NULL,
        UNIQUE (endpoint_id, webhook_id)
    )
    """,
    """
    CREATE INDEX webhook_delivery_due ON notifications.webhook_delivery (endpoint_id, due_at, id)
    WHERE state = 'pending'
    """,
    """
    CREATE INDEX webhook_delivery_order ON notifications.webhook_delivery (endpoint_id, key, id)
    WHERE state = 'pending'
    """,
    "CREATE INDEX webhook_delivery_failed ON notifications.webhook_delivery (endpoint_id) WHERE state = 'failed'",
    "CREATE INDEX webhook_delivery_age ON notifications.webhook_delivery (made_at)",
    """
    CREATE TABLE notifications.webhook_attempt (
        id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        delivery_id bigint NOT NULL REFERENCES notifications.webhook_delivery ON DELETE CASCADE,
        endpoint_id bigint NOT NULL,
        at          timestamptz NOT NULL,
        status      integer NOT NULL,
        duration_ms integer NOT NULL,
        answer      text NOT NULL,
        error       text NOT NULL
    )
    """,
    "CREATE INDEX webhook_attempt_delivery ON notifications.webhook_attempt (delivery_id)",
    "CREATE INDEX webhook_attempt_endpoint ON notifications.webhook_attempt (endpoint_id, id)",
]


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute(
        "DROP TABLE notifications.webhook_attempt, notifications.webhook_delivery, notifications.webhook_endpoint"
    )
