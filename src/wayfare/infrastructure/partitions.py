"""Monthly range partitions of tables whose key begins with a day or an instant.

There is no DEFAULT partition: it would have to be scanned and locked whenever a month is added, and a row for
a month that nobody prepared is a mistake that should show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from uuid import UUID

from wayfare.infrastructure.database import Session
from wayfare.infrastructure.locks import advisory_lock, lock_key
from wayfare.kernel.time import day_number


class PartitionKey(Enum):
    """How the first column of the partition key tells the month (kernel/ids.py)."""

    DEPARTURE_ID = "departure_id"
    """bigint: day number of the departure << 32 | service number"""
    DAY_UUID = "day_uuid"
    """uuid: its first 4 bytes are the day number of the first departure (hold_id)"""
    UUID7 = "uuid7"
    """uuid version 7: its first 48 bits are Unix milliseconds (booking_id, payment_id)"""
    INSTANT = "instant"
    """timestamptz"""


def month_of(day: date) -> date:
    """The first day of the month of `day`."""
    return date(day.year, day.month, 1)


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month `count` months later (earlier when negative)."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def lowest_key(kind: PartitionKey, month: date) -> int | UUID | datetime:
    """The smallest key of a month: the lower bound (included) of its partition.

    Raises ValueError for days before 2000-01-01, which no key can express.
    """
    number = day_number(month)
    if number < 0:
        raise ValueError(f"no key can express {month}: days count from 2000-01-01")
    if kind is PartitionKey.DEPARTURE_ID:
        return number << 32
    if kind is PartitionKey.DAY_UUID:
        return UUID(bytes=number.to_bytes(4, "big") + bytes(12))
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    if kind is PartitionKey.INSTANT:
        return start
    milliseconds = int(start.timestamp()) * 1000
    return UUID(bytes=milliseconds.to_bytes(6, "big") + bytes(10))


@dataclass(frozen=True)
class MonthlyPartitions:
    """The partitions of `table` (schema and name), called `<name>_2026_11` and so on, in its schema.

    `storage`: storage parameters of each, such as `{"fillfactor": "60"}`; a partitioned table has none to
    hand down.
    """

    table: str
    kind: PartitionKey
    storage: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*", self.table):
            raise ValueError(f"{self.table!r} is not schema.table")

    def name(self, month: date) -> str:
        """The partition of a month, without its schema."""
        return f"{self.table.partition('.')[2]}_{month:%Y_%m}"

    async def months(self, session: Session) -> list[date]:
        """The months that have a partition, in order."""
        rows = await session.fetch(
            """
            SELECT child.relname FROM pg_inherits
            JOIN pg_class child ON child.oid = inhrelid
            WHERE inhparent = $1::text::regclass AND NOT inhdetachpending
            """,
            self.table,
        )
        return sorted(month for row in rows if (month := self._month_of_name(row["relname"])) is not None)

    async def ensure(self, session: Session, from_month: date, to_month: date) -> list[str]:
        """Makes the partitions from one month to another, both included; the names of the new ones.

        Safe beside other callers and beside reads and writes of the table: a partition is made on its own and
        then attached, which locks out neither (unlike CREATE TABLE … PARTITION OF). Runs in the session's
        transaction if there is one, else in its own.
        """
        wanted = list(_months(month_of(from_month), month_of(to_month)))
        if not set(wanted) - set(await self.months(session)):
            return []
        async with session.transaction():
            await session.execute("SELECT pg_advisory_xact_lock($1)", lock_key(self._lock_name))
            present = set(await self.months(session))
            missing = [month for month in wanted if month not in present]
            for month in missing:
                await self._attach_new(session, month)
        return [self.name(month) for month in missing]

    async def detach_before(self, session: Session, month: date, *, drop: bool = False) -> list[str]:
        """Takes the partitions of all months before `month` out of the table; their names.

        They stay as tables of their own, to be archived, unless `drop`. Not inside a transaction: reads and
        writes of the table go on meanwhile (DETACH … CONCURRENTLY). Finishes what was interrupted.
        """
        if session.is_in_transaction():
            raise ValueError("detach_before cannot run inside a transaction")
        schema = self.table.partition(".")[0]
        detached = []
        async with advisory_lock(session, self._lock_name):
            for name, pending in await self._older_than(session, month_of(month)):
                how = "FINALIZE" if pending else "CONCURRENTLY"
                await session.execute(f"ALTER TABLE {self.table} DETACH PARTITION {schema}.{name} {how}")
                detached.append(name)
            if drop:
                for name in detached:
                    await session.execute(f"DROP TABLE {schema}.{name}")
        return detached

    async def _attach_new(self, session: Session, month: date) -> None:
        partition = f"{self.table.partition('.')[0]}.{self.name(month)}"
        options = ", ".join(f"{name} = {value}" for name, value in self.storage.items())
        low, high = lowest_key(self.kind, month), lowest_key(self.kind, month_after(month))
        await session.execute(
            f"CREATE TABLE {partition} (LIKE {self.table} INCLUDING ALL EXCLUDING INDEXES)"
            + (f" WITH ({options})" if options else "")
        )
        await session.execute(
            f"ALTER TABLE {self.table} ATTACH PARTITION {partition} FOR VALUES FROM ('{low}') TO ('{high}')"
        )

    async def _older_than(self, session: Session, month: date) -> list[tuple[str, bool]]:
        rows = await session.fetch(
            """
            SELECT child.relname, inhdetachpending FROM pg_inherits
            JOIN pg_class child ON child.oid = inhrelid
            WHERE inhparent = $1::text::regclass ORDER BY inhdetachpending DESC, child.relname
            """,
            self.table,
        )
        return [
            (row["relname"], row["inhdetachpending"])
            for row in rows
            if (its := self._month_of_name(row["relname"])) is not None and its < month
        ]

    @property
    def _lock_name(self) -> str:
        return f"partitions:{self.table}"

    def _month_of_name(self, name: str) -> date | None:
        match = re.fullmatch(re.escape(self.table.partition(".")[2]) + r"_(\d{4})_(\d{2})", name)
        return date(int(match[1]), int(match[2]), 1) if match else None


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = month_after(first)
