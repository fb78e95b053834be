"""How long each kind of data is kept, as data: services declare rules, jobs carry them out, a report compares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from wayfare.infrastructure.database import Database

COUNT_TIMEOUT_S = 600.0
LAST_RUN = "SELECT succeeded_at FROM upkeep.job_run WHERE job = $1"
RECORD_RUN = """
INSERT INTO upkeep.job_run (job, succeeded_at) VALUES ($1, now())
ON CONFLICT (job) DO UPDATE SET succeeded_at = excluded.succeeded_at
"""


@dataclass(frozen=True)
class RetentionRule:
    """`data`: what it is, in the field's words. `kept`: how long, and from when. `then`: what becomes of it.

    `overdue`: a condition on rows of `table` (what stands behind FROM) that the job, a recorded one, should have dealt
    with rounds ago; rows still in use are not overdue. Without a job it is kept for good, for the reason in `kept`.
    """

    data: str
    table: str
    kept: str
    then: Literal["deleted", "anonymised", "kept"]
    job: str = ""
    overdue: str = "false"


@dataclass(frozen=True)
class RetentionState:
    """`last_run`: when the rule's job last succeeded; None: never yet, or there is no job."""

    rows: int
    overdue: int
    last_run: datetime | None


def made_before(column: str, seconds: int) -> str:
    """The condition that a version 7 id was made more than so many seconds ago: it begins with Unix milliseconds."""
    return (
        f"left(replace({column}::text, '-', ''), 12) "
        f"< lpad(to_hex(((extract(epoch FROM now()) - {seconds}) * 1000)::bigint), 12, '0')"
    )


def older_than(column: str, seconds: int) -> str:
    """The condition that an instant is more than so many seconds past."""
    return f"{column} < now() - interval '{seconds} seconds'"


async def state_of(rule: RetentionRule, database: Database) -> RetentionState:
    """Counts by reading the whole table: for reports, not for gauges."""
    async with database.transaction(readonly=True) as session:
        await session.execute(f"SET LOCAL statement_timeout = '{COUNT_TIMEOUT_S:.0f}s'")
        row = await session.fetchrow(
            f"SELECT count(*) AS rows, count(*) FILTER (WHERE {rule.overdue}) AS overdue FROM {rule.table}"
        )
        last_run = await session.fetchval(LAST_RUN, rule.job)
    assert row is not None
    return RetentionState(row["rows"], row["overdue"], last_run)
