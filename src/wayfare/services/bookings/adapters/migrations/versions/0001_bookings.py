"""Bookings, their details and items; locators; idempotency keys and answers; open sagas."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    # What changes stands apart from what is wide, and nothing that changes is indexed: updates stay on their
    # page (HOT). Ids are UUIDs of version 7: cut by the month they were made.
    """
    CREATE TABLE bookings.booking (
        booking_id  uuid NOT NULL PRIMARY KEY,
        hold_id     uuid NOT NULL,
        payment_id  uuid NOT NULL,
        owner_id    uuid,
        total       bigint NOT NULL CHECK (total >= 0),
        refunded    bigint NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND total),
        created_at  timestamptz NOT NULL,
        updated_at  timestamptz NOT NULL DEFAULT now(),
        state       smallint NOT NULL CHECK (state BETWEEN 0 AND 4),
        currency    text NOT NULL,
        locator     text NOT NULL
    ) PARTITION BY RANGE (booking_id)
    """,
    """
    CREATE TABLE bookings.booking_detail (
        booking_id  uuid NOT NULL PRIMARY KEY,
        offer       text NOT NULL,
        passengers  text NOT NULL,
        contact     text NOT NULL,
        units       text NOT NULL
    ) PARTITION BY RANGE (booking_id)
    """,
    # Written once the booking is ticketed. The index on the departure serves passenger lists.
    """
    CREATE TABLE bookings.booking_item (
        booking_id   uuid NOT NULL,
        departure_id bigint NOT NULL,
        price        bigint NOT NULL,
        unit_no      integer,
        item_no      smallint NOT NULL,
        passenger_no smallint NOT NULL,
        leg_no       smallint NOT NULL,
        from_call    smallint NOT NULL,
        to_call      smallint NOT NULL,
        state        smallint NOT NULL CHECK (state BETWEEN 0 AND 4),
        coach        text NOT NULL,
        label        text NOT NULL,
        PRIMARY KEY (booking_id, item_no)
    ) PARTITION BY RANGE (booking_id)
    """,
    "CREATE INDEX booking_item_departure ON bookings.booking_item (departure_id)",
    "CREATE TABLE bookings.locator (locator text NOT NULL PRIMARY KEY, booking_id uuid NOT NULL)",
    "CREATE SEQUENCE bookings.locator_block AS bigint MINVALUE 0 START 0",
    # A key is claimed before anything happens; its answer stands apart, by the payment that it was about,
    # so that nothing is updated and old answers go in the order they came.
    """
    CREATE TABLE bookings.idempotency (
        key         bytea NOT NULL PRIMARY KEY,
        booking_id  uuid NOT NULL,
        payment_id  uuid NOT NULL,
        fingerprint text NOT NULL
    )
    """,
    """
    CREATE TABLE bookings.answer (
        payment_id  uuid NOT NULL PRIMARY KEY,
        key         bytea,
        status      smallint NOT NULL,
        body        text NOT NULL
    )
    """,
    # Small: only bookings somebody works on, or has to. One booking of a hold can be open at a time.
    """
    CREATE TABLE bookings.open_saga (
        hold_id     uuid NOT NULL PRIMARY KEY,
        booking_id  uuid NOT NULL,
        due_at      timestamptz NOT NULL,
        kind        smallint NOT NULL,
        attempts    integer NOT NULL DEFAULT 0,
        worker      integer NOT NULL,
        key         bytea,
        fingerprint text NOT NULL,
        method      text NOT NULL,
        token       text NOT NULL,
        correlation_id text NOT NULL,
        last_error  text NOT NULL DEFAULT ''
    ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)
    """,
]


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("""
        DROP TABLE bookings.booking, bookings.booking_detail, bookings.booking_item, bookings.locator,
        bookings.idempotency, bookings.answer, bookings.open_saga
    """)
    op.execute("DROP SEQUENCE bookings.locator_block")
