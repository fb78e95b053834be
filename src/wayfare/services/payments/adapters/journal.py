"""The journal in PostgreSQL: writing an entry by itself, and proving that all of them add up."""

from __future__ import annotations

from wayfare.contracts.inventory.api import Finding
from wayfare.infrastructure.database import Session
from wayfare.services.payments.domain.ledger import ACCOUNTS, Entry

_COLUMNS = ", ".join(ACCOUNTS)
_SUM = " + ".join(ACCOUNTS)

POST = f"""
INSERT INTO payments.journal (payment_id, ref, kind, currency, {_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""

CHECK_BALANCE = f"""
SELECT payment_id, ref, kind, currency, {_SUM} AS off FROM payments.journal WHERE {_SUM} <> 0 LIMIT 1000
"""

# What the accounts of each payment must show, by its row and its refunds' rows.
CHECK_AGREEMENT = """
WITH posted AS (
    SELECT payment_id, min(currency) AS currency, count(DISTINCT currency) AS currencies,
           sum(reserved)::bigint AS reserved, sum(commitments)::bigint AS commitments,
           sum(gateway + gateway_fees + chargebacks)::bigint AS collected, sum(sales)::bigint AS sales,
           sum(refunds_due)::bigint AS refunds_due, sum(chargebacks)::bigint AS chargebacks
    FROM payments.journal GROUP BY payment_id
), given AS (
    SELECT payment_id, sum(amount)::bigint AS promised,
           coalesce(sum(amount) FILTER (WHERE state = 'refunded'), 0)::bigint AS paid
    FROM payments.refund WHERE state <> 'failed' GROUP BY payment_id
), lost AS (
    SELECT payment_id, sum(amount)::bigint AS amount FROM payments.chargeback GROUP BY payment_id
), expected AS (
    SELECT p.payment_id, p.currency, p.state,
           CASE WHEN p.state = 'authorised' THEN p.amount ELSE 0 END AS reserved,
           CASE WHEN p.state = 'captured' THEN p.amount ELSE 0 END AS taken,
           coalesce(g.promised, 0) AS promised, coalesce(g.paid, 0) AS paid, coalesce(l.amount, 0) AS lost
    FROM payments.payment AS p LEFT JOIN given AS g USING (payment_id) LEFT JOIN lost AS l USING (payment_id)
)
SELECT payment_id, coalesce(e.currency, j.currency) AS currency, coalesce(e.state, 'missing') AS state,
       coalesce(j.reserved, 0) AS reserved, coalesce(j.collected, 0) AS collected, coalesce(j.sales, 0) AS sales,
       coalesce(j.refunds_due, 0) AS refunds_due, coalesce(j.chargebacks, 0) AS chargebacks
FROM expected AS e FULL JOIN posted AS j USING (payment_id)
WHERE e.payment_id IS NULL OR j.currencies > 1 OR j.currency <> e.currency
   OR coalesce(j.reserved, 0) <> e.reserved OR coalesce(j.commitments, 0) <> -e.reserved
   OR coalesce(j.collected, 0) <> e.taken - e.paid
   OR coalesce(j.sales, 0) <> e.promised - e.taken
   OR coalesce(j.refunds_due, 0) <> e.paid - e.promised
   OR coalesce(j.chargebacks, 0) <> e.lost
LIMIT 1000
"""


async def post(session: Session, entry: Entry) -> None:
    """Write one entry in the session's transaction."""
    await session.execute(POST, entry.payment_id, entry.ref, entry.kind, entry.currency, *entry.amounts())


async def check_journal(session: Session) -> list[Finding]:
    """Every entry balances, and the accounts of each payment say what its row and its refunds say."""
    found = [
        Finding(
            "ledger_unbalanced", str(row["payment_id"]), f"entry {row['kind']} of {row['ref']} is off by {row['off']}"
        )
        for row in await session.fetch(CHECK_BALANCE)
    ]
    for row in await session.fetch(CHECK_AGREEMENT):
        detail = (
            f"state {row['state']}; reserved {row['reserved']}, collected {row['collected']}, sales {row['sales']}, "
            f"refunds due {row['refunds_due']}, chargebacks {row['chargebacks']} (minor units of {row['currency']})"
        )
        found.append(Finding("ledger_disagrees", str(row["payment_id"]), detail))
    return found
