"""The doctor: derives from the holds what must be taken, and compares it with what is."""

from __future__ import annotations

from wayfare.contracts.inventory.api import Finding, Findings
from wayfare.infrastructure.database import Database, Row
from wayfare.kernel.ids import format_departure
from wayfare.kernel.sections import from_words, runs

# One statement sees one moment. A unit is sold twice when its claims have more sections than their union.
# An all-zero row is a unit that was given back; it is free.
COMPARE = """
WITH owed AS (
    SELECT c.departure_id, c.unit_no, bit_or(c.lo) AS lo, bit_or(c.hi) AS hi,
        sum(bit_count(c.lo::bit(64)) + bit_count(c.hi::bit(64))) AS claimed
    FROM inventory.hold h,
        unnest(h.departure_id, h.unit_no, h.mask_lo, h.mask_hi) AS c (departure_id, unit_no, lo, hi)
    WHERE h.state IN (0, 1)
    GROUP BY c.departure_id, c.unit_no
), compared AS (
    SELECT departure_id, unit_no, coalesce(w.lo, 0) AS owed_lo, coalesce(w.hi, 0) AS owed_hi,
        coalesce(o.taken_lo, 0) AS taken_lo, coalesce(o.taken_hi, 0) AS taken_hi,
        coalesce(w.claimed, 0) > bit_count(coalesce(w.lo, 0)::bit(64)) + bit_count(coalesce(w.hi, 0)::bit(64))
            AS twice
    FROM owed w FULL JOIN inventory.occupancy o USING (departure_id, unit_no)
), counted AS (SELECT count(*) AS checked FROM compared)
SELECT checked, f.* FROM counted LEFT JOIN (
    SELECT * FROM compared WHERE twice OR owed_lo <> taken_lo OR owed_hi <> taken_hi
    ORDER BY departure_id, unit_no LIMIT 1000
) f ON true
"""

OVERDUE = """
SELECT hold_id, extract(epoch FROM clock_timestamp() - expires_at)::bigint AS overdue_s FROM inventory.hold
WHERE state = 0 AND expires_at < clock_timestamp() - interval '1 minute' ORDER BY expires_at LIMIT 1000
"""


async def check_inventory(database: Database) -> Findings:
    """At most 1,000 findings of each kind; `checked` counts units with any claim, past or present."""
    async with database.transaction(isolation="repeatable_read", readonly=True) as session:
        await session.execute("SET LOCAL statement_timeout = 0")
        rows = await session.fetch(COMPARE)
        overdue = await session.fetch(OVERDUE)
    findings = [finding for row in rows if row["departure_id"] is not None for finding in _unit_findings(row)]
    findings += [
        Finding("hold_not_expired", str(row["hold_id"]), f"its time was over {row['overdue_s']} s ago")
        for row in overdue
    ]
    return Findings(rows[0]["checked"], tuple(findings))


def _unit_findings(row: Row) -> list[Finding]:
    subject = f"{format_departure(row['departure_id'])} unit {row['unit_no']}"
    owed = from_words(row["owed_lo"], row["owed_hi"])
    taken = from_words(row["taken_lo"], row["taken_hi"])
    findings = []
    if row["twice"]:
        findings.append(Finding("sold_twice", subject, "two holds have it on the same section"))
    if taken & ~owed:
        findings.append(Finding("taken_without_hold", subject, f"taken between calls {_calls(taken & ~owed)}"))
    if owed & ~taken:
        findings.append(Finding("hold_not_taken", subject, f"held between calls {_calls(owed & ~taken)}"))
    return findings


def _calls(mask: int) -> str:
    return ", ".join(f"{first} and {last}" for first, last in runs(mask))
