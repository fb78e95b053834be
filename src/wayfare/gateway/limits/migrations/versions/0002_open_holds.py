"""What processes tell each other of the open holds of those who have many. Unlogged: it is minutes old at most."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE UNLOGGED TABLE gateway.open_holds (
            key      text NOT NULL,
            process  uuid NOT NULL,
            holds    uuid[] NOT NULL,
            until    timestamptz NOT NULL,
            PRIMARY KEY (key, process)
        ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE gateway.open_holds")
