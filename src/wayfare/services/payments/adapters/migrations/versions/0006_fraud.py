"""Fraud rules, what payments are counted by, reviews, and the audit of every decision."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Every file that was ever loaded; the highest version holds.
RULES = """
CREATE TABLE payments.fraud_rules (
    version   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body      text NOT NULL,
    loaded_by text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now()
)
"""

# A version 7 id tells when: the key finds the payments of a window, and what is older than all windows.
SIGHTING = """
CREATE TABLE payments.fraud_sighting (
    trait      smallint NOT NULL,
    hash       bytea NOT NULL,
    payment_id uuid NOT NULL,
    PRIMARY KEY (trait, hash, payment_id)
)
"""

REVIEW = """
CREATE TABLE payments.fraud_review (
    payment_id uuid NOT NULL PRIMARY KEY,
    booking_id uuid NOT NULL,
    amount     bigint NOT NULL,
    currency   text NOT NULL,
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'refused', 'expired')),
    score      integer NOT NULL,
    reasons    text[] NOT NULL,
    rules_version bigint NOT NULL,
    opened_at  timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    decided_at timestamptz,
    CHECK ((state = 'open') = (decided_at IS NULL))
)
"""

REVIEW_INDEXES = [
    "CREATE INDEX fraud_review_open ON payments.fraud_review (expires_at) WHERE state = 'open'",
    "CREATE INDEX fraud_review_decided ON payments.fraud_review (decided_at)",
]

DECISION = """
CREATE TABLE payments.fraud_decision (
    payment_id    uuid NOT NULL,
    decision      text NOT NULL,
    score         integer NOT NULL,
    reasons       text[] NOT NULL,
    rules_version bigint NOT NULL,
    decided_by    text NOT NULL,
    decided_at    timestamptz NOT NULL DEFAULT clock_timestamp()
) PARTITION BY RANGE (payment_id)
"""

DECISION_INDEX = "CREATE INDEX fraud_decision_payment ON payments.fraud_decision (payment_id)"

UNCHANGEABLE = [
    """
    CREATE FUNCTION payments.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'what was decided never changes' USING ERRCODE = 'restrict_violation'; END $$
    """,
    *(
        statement
        for table in ("fraud_decision", "fraud_rules")
        for statement in (
            f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON payments.{table}
            FOR EACH ROW EXECUTE FUNCTION payments.refuse_audit_change()
            """,
            f"""
            CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON payments.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_audit_change()
            """,
        )
    ),
]

# The months that payments have already.
PARTITIONS = """
DO $$
DECLARE part record;
BEGIN
    FOR part IN
        SELECT replace(c.relname, 'payment_', 'fraud_decision_') AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'payments.payment'::regclass
    LOOP
        EXECUTE format('CREATE TABLE payments.%I PARTITION OF payments.fraud_decision %s', part.name, part.bound);
    END LOOP;
END $$
"""


def upgrade() -> None:
    for statement in (
        RULES,
        SIGHTING,
        REVIEW,
        *REVIEW_INDEXES,
        DECISION,
        DECISION_INDEX,
        *UNCHANGEABLE,
        PARTITIONS,
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute(
        "DROP TABLE payments.fraud_decision, payments.fraud_review, payments.fraud_sighting, payments.fraud_rules"
    )
    op.execute("DROP FUNCTION payments.refuse_audit_change()")
