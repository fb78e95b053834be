"""Second factors, and accounts of people whom an OIDC issuer logs in."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = [
    # sealed: the secret, under the person's key. recovery: digests of the codes that are left.
    """
    CREATE TABLE customers.second_factor (
        customer_id    uuid NOT NULL PRIMARY KEY,
        sealed         bytea NOT NULL,
        confirmed      boolean NOT NULL DEFAULT false,
        last_step      bigint NOT NULL DEFAULT 0,
        recovery       bytea[] NOT NULL DEFAULT '{}',
        wrong          integer NOT NULL DEFAULT 0,
        closed_until_s bigint NOT NULL DEFAULT 0
    )
    """,
    "ALTER TABLE customers.session ADD COLUMN second_factor boolean NOT NULL DEFAULT false",
    """
    CREATE TABLE customers.issuer_account (
        issuer      text NOT NULL,
        subject     text NOT NULL,
        customer_id uuid NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (issuer, subject)
    )
    """,
    "CREATE INDEX issuer_account_customer ON customers.issuer_account (customer_id)",
    # Whom an issuer logs in has no password here, and no address that is known to be theirs alone.
    "ALTER TABLE customers.customer ALTER COLUMN password_hash DROP NOT NULL",
    "ALTER TABLE customers.customer ALTER COLUMN email_key DROP NOT NULL",
    # Tokens of an issuer may live longer than ours: how long the end of their session must be remembered.
    "ALTER TABLE customers.revocation ADD COLUMN kept_until timestamptz",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE customers.second_factor, customers.issuer_account")
    op.execute("ALTER TABLE customers.session DROP COLUMN second_factor")
    op.execute("ALTER TABLE customers.revocation DROP COLUMN kept_until")
