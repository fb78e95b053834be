"""The buckets of rate limits that processes share. Unlogged: what it holds is seconds old and worth no log."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE UNLOGGED TABLE gateway.bucket (
            key      text PRIMARY KEY,
            full_at  timestamptz NOT NULL
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE gateway.bucket")
