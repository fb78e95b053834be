"""Exchange rates: one row for each day the ECB published."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # `worth`: what one euro is worth, {"USD": "1.1172"}; strings, so that it stays exact.
    op.execute("""
        CREATE TABLE offers.rate_day (
            published   date NOT NULL PRIMARY KEY,
            worth       jsonb NOT NULL CHECK (jsonb_typeof(worth) = 'object'),
            imported_at timestamptz NOT NULL DEFAULT now()
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE offers.rate_day")
