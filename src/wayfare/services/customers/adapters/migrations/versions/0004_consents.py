"""Consents, and the outbox: what was done to accounts, in the transaction in which it was done."""

from __future__ import annotations

from alembic import op

from wayfare.infrastructure.events.outbox import drop_outbox, outbox_tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A row for each time somebody agreed: what to, which version of the text, when, and when they took it back.
CONSENT = """
CREATE TABLE customers.consent (
    consent_id   uuid NOT NULL PRIMARY KEY,
    customer_id  uuid NOT NULL,
    kind         text NOT NULL,
    version      text NOT NULL,
    given_at     timestamptz NOT NULL,
    withdrawn_at timestamptz
)
"""


def upgrade() -> None:
    op.execute(CONSENT)
    op.execute("CREATE INDEX consent_customer ON customers.consent (customer_id, consent_id)")
    for statement in outbox_tables("customers"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE customers.consent")
    for statement in drop_outbox("customers"):
        op.execute(statement)
