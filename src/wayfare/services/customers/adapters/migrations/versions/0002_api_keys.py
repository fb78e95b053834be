"""Service accounts and their API keys."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = [
    # Its roles stand in role_grant, under its id.
    """
    CREATE TABLE customers.service_account (
        account_id uuid NOT NULL PRIMARY KEY,
        name       text NOT NULL UNIQUE,
        disabled   boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    # Of the secret only the digest. A key that was revoked stays, for whoever asks later what it was.
    """
    CREATE TABLE customers.api_key (
        key_id       uuid NOT NULL PRIMARY KEY,
        account_id   uuid NOT NULL,
        digest       bytea NOT NULL,
        permissions  text[] NOT NULL,
        operators    text[] NOT NULL,
        rate_class   text NOT NULL,
        created_at   timestamptz NOT NULL,
        expires_at   timestamptz NOT NULL,
        last_used_on date,
        revoked_at   timestamptz
    )
    """,
    "CREATE INDEX api_key_account ON customers.api_key (account_id)",
]


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute(
        "DELETE FROM customers.role_grant WHERE customer_id IN (SELECT account_id FROM customers.service_account)"
    )
    op.execute("DROP TABLE customers.service_account, customers.api_key")
