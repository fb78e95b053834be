"""Accounts, the keys of persons, roles, devices, travellers, letters, and the keys that sign tokens."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    # Found by a digest of the folded address: the address itself may be long, and longer when it is folded.
    """
    CREATE TABLE customers.customer (
        customer_id   uuid NOT NULL PRIMARY KEY,
        email_key     bytea NOT NULL UNIQUE,
        email         text NOT NULL,
        password_hash text NOT NULL,
        given_name    text NOT NULL,
        family_name   text NOT NULL,
        language      text NOT NULL,
        phone         bytea,
        disabled      boolean NOT NULL DEFAULT false,
        created_at    timestamptz NOT NULL,
        updated_at    timestamptz NOT NULL DEFAULT now()
    )
    """,
    # What is encrypted for a person is gone when this row is.
    "CREATE TABLE customers.person_key (customer_id uuid NOT NULL PRIMARY KEY, wrapped bytea NOT NULL)",
    """
    CREATE TABLE customers.role_grant (
        customer_id uuid NOT NULL,
        role        text NOT NULL,
        operator    text NOT NULL DEFAULT '',
        granted_at  timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (customer_id, role, operator)
    )
    """,
    # Wanted accounts, until the address is confirmed. The token is made when the letter is sent.
    """
    CREATE TABLE customers.registration (
        registration_id uuid NOT NULL PRIMARY KEY,
        token           bytea UNIQUE,
        email           text NOT NULL,
        password_hash   text NOT NULL,
        given_name      text NOT NULL,
        family_name     text NOT NULL,
        language        text NOT NULL,
        expires_at      timestamptz NOT NULL
    )
    """,
    "CREATE INDEX registration_expires ON customers.registration (expires_at)",
    """
    CREATE TABLE customers.password_reset (
        token       bytea NOT NULL PRIMARY KEY,
        customer_id uuid NOT NULL,
        expires_at  timestamptz NOT NULL
    )
    """,
    "CREATE INDEX password_reset_customer ON customers.password_reset (customer_id)",
    # about: the registration it asks to confirm.
    """
    CREATE TABLE customers.letter (
        letter_id uuid NOT NULL PRIMARY KEY,
        kind      text NOT NULL,
        email_key bytea NOT NULL,
        email     text NOT NULL,
        about     uuid,
        due_at    timestamptz NOT NULL,
        attempts  integer NOT NULL DEFAULT 0,
        sent_at   timestamptz
    )
    """,
    "CREATE INDEX letter_due ON customers.letter (due_at) WHERE sent_at IS NULL",
    "CREATE INDEX letter_email ON customers.letter (email_key)",
    """
    CREATE TABLE customers.session (
        session_id  uuid NOT NULL PRIMARY KEY,
        customer_id uuid NOT NULL,
        device      text NOT NULL,
        generation  integer NOT NULL,
        secret      bytea NOT NULL,
        created_at  timestamptz NOT NULL,
        used_at     timestamptz NOT NULL,
        expires_at  timestamptz NOT NULL
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX session_customer ON customers.session (customer_id)",
    # Sessions that ended while an access token of theirs may live.
    """
    CREATE TABLE customers.revocation (
        session_id uuid NOT NULL PRIMARY KEY,
        revoked_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX revocation_time ON customers.revocation (revoked_at)",
    """
    CREATE TABLE customers.traveller (
        traveller_id uuid NOT NULL PRIMARY KEY,
        customer_id  uuid NOT NULL,
        sealed       bytea NOT NULL
    )
    """,
    "CREATE INDEX traveller_customer ON customers.traveller (customer_id)",
    """
    CREATE TABLE customers.signing_key (
        kid        text NOT NULL PRIMARY KEY,
        wrapped    bytea NOT NULL,
        created_at timestamptz NOT NULL
    )
    """,
]


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("""
        DROP TABLE customers.customer, customers.person_key, customers.role_grant, customers.registration,
        customers.password_reset, customers.letter, customers.session, customers.revocation, customers.traveller,
        customers.signing_key
    """)
