"""Invoices and credit notes: unchangeable, numbered without gaps per operator, kind and year."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SELLER = """
CREATE TABLE payments.seller (
    operator text NOT NULL PRIMARY KEY,
    code     text NOT NULL UNIQUE,
    name     text NOT NULL,
    address  text[] NOT NULL DEFAULT '{}',
    tax_id   text NOT NULL DEFAULT ''
)
"""

# The row is locked by the transaction that issues: a number is given with its document or not at all.
COUNTER = """
CREATE TABLE payments.invoice_counter (
    operator text NOT NULL,
    kind     smallint NOT NULL CHECK (kind IN (1, 2)),
    year     smallint NOT NULL,
    last     bigint NOT NULL,
    PRIMARY KEY (operator, kind, year)
) WITH (fillfactor = 50)
"""

# `source_id` is the payment that was captured or the refund that was paid: each has one document per operator and
# corrected invoice.
INVOICE = """
CREATE TABLE payments.invoice (
    payment_id uuid NOT NULL,
    source_id  uuid NOT NULL,
    operator   text NOT NULL,
    kind       smallint NOT NULL CHECK (kind IN (1, 2)),
    year       smallint NOT NULL,
    sequence   bigint NOT NULL CHECK (sequence > 0),
    number     text NOT NULL,
    corrects   text CHECK ((corrects IS NULL) = (kind = 1)),
    booking_id uuid NOT NULL,
    gross      bigint NOT NULL CHECK (gross >= 0),
    tax        bigint NOT NULL CHECK (tax BETWEEN 0 AND gross),
    currency   text NOT NULL,
    issued_at  timestamptz NOT NULL,
    body       text NOT NULL,
    PRIMARY KEY (payment_id, source_id, operator)
) PARTITION BY RANGE (payment_id)
"""

# The doctor asks documents of what has moved since then.
SINCE = [
    "CREATE TABLE payments.invoicing (since timestamptz NOT NULL)",
    "INSERT INTO payments.invoicing VALUES (now())",
]

INDEX = "CREATE INDEX invoice_booking ON payments.invoice (booking_id)"

UNCHANGEABLE = [
    """
    CREATE FUNCTION payments.refuse_invoice_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'an issued document never changes' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER invoice_append_only BEFORE UPDATE OR DELETE ON payments.invoice
    FOR EACH ROW EXECUTE FUNCTION payments.refuse_invoice_change()
    """,
    """
    CREATE TRIGGER invoice_not_emptied BEFORE TRUNCATE ON payments.invoice
    FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_invoice_change()
    """,
]

# The months that payments have already.
PARTITIONS = """
DO $$
DECLARE part record;
BEGIN
    FOR part IN
        SELECT replace(c.relname, 'payment_', 'invoice_') AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'payments.payment'::regclass
    LOOP
        EXECUTE format('CREATE TABLE payments.%I PARTITION OF payments.invoice %s', part.name, part.bound);
    END LOOP;
END $$
"""


def upgrade() -> None:
    for statement in (SELLER, COUNTER, INVOICE, INDEX, *SINCE, *UNCHANGEABLE, PARTITIONS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE payments.invoice, payments.invoice_counter, payments.seller, payments.invoicing")
    op.execute("DROP FUNCTION payments.refuse_invoice_change()")
