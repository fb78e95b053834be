"""Payments, their refunds, and the refunds that wait for the gateway."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    # Ids are UUIDs of version 7: cut by the month they were made. fillfactor leaves room for the two updates of
    # a payment on its own page; no index on anything that changes, so that they stay there.
    """
    CREATE TABLE payments.payment (
        payment_id  uuid NOT NULL PRIMARY KEY,
        booking_id  uuid NOT NULL,
        amount      bigint NOT NULL CHECK (amount >= 0),
        refunded    bigint NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND amount),
        created_at  timestamptz NOT NULL DEFAULT now(),
        updated_at  timestamptz NOT NULL DEFAULT now(),
        attempts    integer NOT NULL DEFAULT 1,
        currency    text NOT NULL,
        state       text NOT NULL
            CHECK (state IN ('new', 'pending', 'authorised', 'captured', 'declined', 'voided', 'failed')),
        method      text NOT NULL,
        token       text NOT NULL,
        gateway     text NOT NULL,
        gateway_ref text NOT NULL,
        reason      text NOT NULL
    ) PARTITION BY RANGE (payment_id)
    """,
    "CREATE INDEX payment_booking ON payments.payment (booking_id)",
    """
    CREATE TABLE payments.refund (
        payment_id  uuid NOT NULL,
        refund_id   uuid NOT NULL,
        amount      bigint NOT NULL CHECK (amount > 0),
        currency    text NOT NULL,
        state       text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'refunded', 'failed')),
        gateway_ref text NOT NULL,
        reason      text NOT NULL DEFAULT '',
        created_at  timestamptz NOT NULL DEFAULT now(),
        updated_at  timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (payment_id, refund_id)
    ) PARTITION BY RANGE (payment_id)
    """,
    # Small: only refunds the gateway has not answered yet.
    """
    CREATE TABLE payments.open_refund (
        refund_id   uuid NOT NULL PRIMARY KEY,
        payment_id  uuid NOT NULL,
        due_at      timestamptz NOT NULL,
        attempts    integer NOT NULL DEFAULT 0,
        created_at  timestamptz NOT NULL DEFAULT now()
    )
    """,
]


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("""
        DROP TABLE payments.payment, payments.refund, payments.open_refund
    """)
