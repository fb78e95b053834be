"""The outbox: events in the transaction in which they happen."""

from __future__ import annotations

from alembic import op

from wayfare.infrastructure.events.outbox import drop_outbox, outbox_tables

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in outbox_tables("bookings"):
        op.execute(statement)


def downgrade() -> None:
    for statement in drop_outbox("bookings"):
        op.execute(statement)
