"""What went wrong with the steps of sagas: written only when a step fails, waits or is taken up again."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE bookings.saga_errors (
    booking_id     uuid NOT NULL,
    happened_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempt        integer NOT NULL,
    step           text NOT NULL,
    code           text NOT NULL,
    detail         text NOT NULL,
    correlation_id text NOT NULL
) PARTITION BY RANGE (booking_id)
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("CREATE INDEX saga_errors_booking ON bookings.saga_errors (booking_id)")


def downgrade() -> None:
    op.execute("DROP TABLE bookings.saga_errors")
