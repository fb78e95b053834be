"""What gateways told us, and where a customer must go while a payment is pending."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE payments.payment ADD COLUMN action_url text NOT NULL DEFAULT ''")
    # The primary key makes a notice that comes twice one; seen_at finds the news of the last seconds;
    # settled: the payment was no longer open after it.
    op.execute("""
        CREATE TABLE payments.notice (
            gateway     text NOT NULL,
            event_id    text NOT NULL,
            kind        text NOT NULL,
            payment_id  uuid NOT NULL,
            booking_id  uuid NOT NULL,
            settled     boolean NOT NULL,
            seen_at     timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (gateway, event_id)
        )
    """)
    op.execute("CREATE INDEX notice_seen ON payments.notice (seen_at)")


def downgrade() -> None:
    op.execute("DROP TABLE payments.notice")
    op.execute("ALTER TABLE payments.payment DROP COLUMN action_url")
