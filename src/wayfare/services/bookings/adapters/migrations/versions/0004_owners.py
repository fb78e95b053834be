"""The bookings of a customer are found by their owner; those of guests are not in the index."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX booking_owner ON bookings.booking (owner_id, booking_id) WHERE owner_id IS NOT NULL")


def downgrade() -> None:
    op.execute("DROP INDEX bookings.booking_owner")
