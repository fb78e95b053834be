"""The journal: every movement of money as one balanced, unchangeable row; filled for the payments there are."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# One row is one transaction of one currency, one column is one account: debits above zero, credits below. So the
# database itself refuses what does not balance, and a movement of four accounts costs one row, not four.
# The key makes a movement happen once: `ref` is the payment, the refund or the chargeback it is about.
JOURNAL = """
CREATE TABLE payments.journal (
    payment_id   uuid NOT NULL,
    ref          uuid NOT NULL,
    kind         smallint NOT NULL CHECK (kind BETWEEN 1 AND 7),
    made_at      timestamptz NOT NULL DEFAULT now(),
    reserved     bigint NOT NULL DEFAULT 0,
    commitments  bigint NOT NULL DEFAULT 0,
    gateway      bigint NOT NULL DEFAULT 0,
    gateway_fees bigint NOT NULL DEFAULT 0,
    sales        bigint NOT NULL DEFAULT 0,
    refunds_due  bigint NOT NULL DEFAULT 0,
    chargebacks  bigint NOT NULL DEFAULT 0,
    currency     text NOT NULL,
    PRIMARY KEY (payment_id, ref, kind),
    CONSTRAINT journal_balances CHECK (
        reserved + commitments + gateway + gateway_fees + sales + refunds_due + chargebacks = 0)
) PARTITION BY RANGE (payment_id)
"""

CHARGEBACK = """
CREATE TABLE payments.chargeback (
    payment_id    uuid NOT NULL,
    chargeback_id uuid NOT NULL,
    amount        bigint NOT NULL CHECK (amount > 0),
    currency      text NOT NULL,
    reason        text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (payment_id, chargeback_id)
)
"""

UNCHANGEABLE = [
    """
    CREATE FUNCTION payments.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON payments.journal
    FOR EACH ROW EXECUTE FUNCTION payments.refuse_change()
    """,
    """
    CREATE TRIGGER journal_not_emptied BEFORE TRUNCATE ON payments.journal
    FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_change()
    """,
]

# The months that payments have already.
PARTITIONS = """
DO $$
DECLARE part record;
BEGIN
    FOR part IN
        SELECT replace(c.relname, 'payment_', 'journal_') AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'payments.payment'::regclass
    LOOP
        EXECUTE format('CREATE TABLE payments.%I PARTITION OF payments.journal %s', part.name, part.bound);
    END LOOP;
END $$
"""

FILL = [
    """
    INSERT INTO payments.journal (payment_id, ref, kind, made_at, reserved, commitments, currency)
    SELECT payment_id, payment_id, 1, created_at, amount, -amount, currency
    FROM payments.payment WHERE state IN ('authorised', 'captured') AND amount > 0
    """,
    """
    INSERT INTO payments.journal (payment_id, ref, kind, made_at, reserved, commitments, gateway, sales, currency)
    SELECT payment_id, payment_id, 3, updated_at, -amount, amount, amount, -amount, currency
    FROM payments.payment WHERE state = 'captured' AND amount > 0
    """,
    """
    INSERT INTO payments.journal (payment_id, ref, kind, made_at, sales, refunds_due, currency)
    SELECT payment_id, refund_id, 4, created_at, amount, -amount, currency
    FROM payments.refund WHERE state <> 'failed'
    """,
    """
    INSERT INTO payments.journal (payment_id, ref, kind, made_at, refunds_due, gateway, currency)
    SELECT payment_id, refund_id, 5, updated_at, amount, -amount, currency
    FROM payments.refund WHERE state = 'refunded'
    """,
]


def upgrade() -> None:
    for statement in (JOURNAL, CHARGEBACK, *UNCHANGEABLE, PARTITIONS, *FILL):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE payments.journal, payments.chargeback")
    op.execute("DROP FUNCTION payments.refuse_change()")
