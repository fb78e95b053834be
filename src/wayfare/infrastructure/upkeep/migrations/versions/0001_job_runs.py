"""When recorded jobs last succeeded."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE upkeep.job_run (job text NOT NULL PRIMARY KEY, succeeded_at timestamptz NOT NULL)")


def downgrade() -> None:
    op.execute("DROP TABLE upkeep.job_run")
