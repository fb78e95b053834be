"""After-sales: what was charged and promised back since, exchanges, and items of trips that were exchanged."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# `version` counts what changed since the tickets: whoever changes a booking names the one they saw. `fees`: what is
# kept for cancelling and exchanging, in minor units. `trip_no` tells the items of the present trip from exchanged ones.
COLUMNS = [
    """
    ALTER TABLE bookings.booking ADD COLUMN fees bigint NOT NULL DEFAULT 0,
        ADD COLUMN version integer NOT NULL DEFAULT 0, ADD COLUMN trip_no smallint NOT NULL DEFAULT 0
    """,
    "UPDATE bookings.booking SET fees = total - refunded WHERE state = 3 AND refunded < total",
    "ALTER TABLE bookings.booking_item ADD COLUMN trip_no smallint NOT NULL DEFAULT 0",
    "ALTER TABLE bookings.booking_item DROP CONSTRAINT booking_item_state_check",
    "ALTER TABLE bookings.booking_item ADD CONSTRAINT booking_item_state_check CHECK (state BETWEEN 0 AND 5)",
]

TABLES = [
    # Beside the first payment, which the booking names.
    """
    CREATE TABLE bookings.charge (
        booking_id  uuid NOT NULL,
        payment_id  uuid NOT NULL,
        amount      bigint NOT NULL CHECK (amount > 0),
        made_at     timestamptz NOT NULL,
        PRIMARY KEY (booking_id, payment_id)
    ) PARTITION BY RANGE (booking_id)
    """,
    # Promises; payments knows how far each of them got.
    """
    CREATE TABLE bookings.refund (
        booking_id  uuid NOT NULL,
        refund_id   uuid NOT NULL,
        payment_id  uuid NOT NULL,
        amount      bigint NOT NULL CHECK (amount > 0),
        made_at     timestamptz NOT NULL,
        PRIMARY KEY (booking_id, refund_id)
    ) PARTITION BY RANGE (booking_id)
    """,
    # Pending, done, failed, or abandoned: pending, but it cannot be done any more.
    # `former`: offer, passengers and units of the trip that was left, once it is done.
    """
    CREATE TABLE bookings.exchange (
        booking_id  uuid NOT NULL,
        exchange_id uuid NOT NULL,
        version     integer NOT NULL,
        state       smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),
        hold_id     uuid NOT NULL,
        payment_id  uuid,
        fee         bigint NOT NULL CHECK (fee >= 0),
        charge      bigint NOT NULL CHECK (charge >= 0),
        refund      bigint NOT NULL CHECK (refund >= 0),
        made_at     timestamptz NOT NULL,
        ended_at    timestamptz,
        reason      text NOT NULL DEFAULT '',
        offer       text NOT NULL,
        units       text NOT NULL,
        former      text NOT NULL DEFAULT '',
        PRIMARY KEY (booking_id, exchange_id),
        CHECK ((payment_id IS NULL) = (charge = 0))
    ) PARTITION BY RANGE (booking_id)
    """,
]

# The months that bookings have already.
PARTITIONS = """
DO $$
DECLARE part record;
BEGIN
    FOR part IN
        SELECT substr(c.relname, length('booking_') + 1) AS month, pg_get_expr(c.relpartbound, c.oid) AS bound
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'bookings.booking'::regclass
    LOOP
        EXECUTE format('CREATE TABLE bookings.%I PARTITION OF bookings.charge %s', 'charge_' || part.month, part.bound);
        EXECUTE format('CREATE TABLE bookings.%I PARTITION OF bookings.refund %s', 'refund_' || part.month, part.bound);
        EXECUTE format(
            'CREATE TABLE bookings.%I PARTITION OF bookings.exchange %s', 'exchange_' || part.month, part.bound);
    END LOOP;
END $$
"""


def upgrade() -> None:
    for statement in (*COLUMNS, *TABLES, PARTITIONS):
        op.execute(statement)


def downgrade() -> None:
    """Only where nothing was exchanged or cancelled in part: the schema before cannot say it."""
    op.execute("DROP TABLE bookings.charge, bookings.refund, bookings.exchange")
    op.execute("ALTER TABLE bookings.booking_item DROP CONSTRAINT booking_item_state_check")
    op.execute("""
        ALTER TABLE bookings.booking_item ADD CONSTRAINT booking_item_state_check CHECK (state BETWEEN 0 AND 4)
    """)
    op.execute("ALTER TABLE bookings.booking_item DROP COLUMN trip_no")
    op.execute("ALTER TABLE bookings.booking DROP COLUMN fees, DROP COLUMN version, DROP COLUMN trip_no")
