"""The months of the log."""

from __future__ import annotations

from datetime import UTC, datetime

from wayfare.infrastructure.database import Database
from wayfare.infrastructure.partitions import MonthlyPartitions, PartitionKey, month_after
from wayfare.services.audit.adapters.sql import GUARD_AGAINST_TRUNCATE

ENTRIES = MonthlyPartitions("audit.entry", PartitionKey.INSTANT)
MONTHS_AHEAD = 2


async def prepare_partitions(database: Database) -> None:
    """The partitions of this month and the next ones, each with its guard."""
    today = datetime.now(UTC).date()
    async with database.transaction() as session:
        for name in await ENTRIES.ensure(session, today, month_after(today, MONTHS_AHEAD)):
            await session.execute(GUARD_AGAINST_TRUNCATE.format(name=name))
