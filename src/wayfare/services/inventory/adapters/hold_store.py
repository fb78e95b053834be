"""The port HoldStore on PostgreSQL: one lane per operation, the rest through the pool."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from wayfare.contracts.inventory.api import ConfirmHold, Findings, ReleaseHold
from wayfare.infrastructure.coalescer import Lane
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.partitions import MonthlyPartitions, PartitionKey
from wayfare.kernel.ids import departure_id
from wayfare.kernel.time import day_of
from wayfare.services.inventory.adapters import sql
from wayfare.services.inventory.adapters.doctor import check_inventory
from wayfare.services.inventory.adapters.hold_batches import HoldBatches
from wayfare.services.inventory.adapters.hold_rows import hold_record
from wayfare.services.inventory.application.ports import Released, Swept, Taken
from wayfare.services.inventory.domain.holds import HoldRecord, NewHold

# Room on each page for the next version of its rows: updates stay on their page and touch no index.
OCCUPANCY = MonthlyPartitions("inventory.occupancy", PartitionKey.DEPARTURE_ID, {"fillfactor": "60"})
HOLD = MonthlyPartitions("inventory.hold", PartitionKey.DAY_UUID, {"fillfactor": "50"})
SWEEP_INTERVAL_S = 0.05
FORGET_BATCH = 5_000
STEPS_QUEUE_MAX = 1 << 20
"""Steps of a booking that has begun are never refused for overload; only new holds are."""


class PostgresHolds:
    def __init__(self, database: Database) -> None:
        batches = HoldBatches()
        self._database = database
        self.placing: Lane[NewHold, HoldRecord | None] = Lane("inventory.place", database, batches.place)
        self.confirming: Lane[ConfirmHold, HoldRecord] = Lane(
            "inventory.confirm", database, batches.confirm, queue_max=STEPS_QUEUE_MAX, single=True
        )
        self.releasing: Lane[ReleaseHold, Released] = Lane(
            "inventory.release", database, batches.release, queue_max=STEPS_QUEUE_MAX
        )
        self.finding: Lane[UUID, HoldRecord | None] = Lane("inventory.find", database, batches.find, single=True)
        self.reading: Lane[int, Taken] = Lane("inventory.read", database, batches.read_taken, single=True)
        self.sweeping: Lane[datetime, Swept] = Lane(
            "inventory.sweep", database, batches.sweep, interval_s=SWEEP_INTERVAL_S
        )
        self.lanes = (
            self.placing, self.confirming, self.releasing, self.finding, self.reading, self.sweeping,
        )  # fmt: skip

    async def start(self) -> None:
        for lane in self.lanes:
            await lane.start()

    async def stop(self) -> None:
        for lane in self.lanes:
            await lane.stop()

    async def place(self, hold: NewHold) -> HoldRecord | None:
        return await self.placing.call(hold)

    async def confirm(self, message: ConfirmHold) -> HoldRecord:
        return await self.confirming.call(message)

    async def release(self, message: ReleaseHold) -> Released:
        return await self.releasing.call(message)

    async def find(self, hold_id: UUID) -> HoldRecord | None:
        return await self.finding.call(hold_id)

    async def sweep(self, since: datetime) -> Swept:
        return await self.sweeping.call(since)

    async def find_overlooked(self) -> datetime | None:
        async with self._database.transaction() as session:
            await session.execute("SET LOCAL statement_timeout = 0")  # it looks at every hold there is
            overlooked: datetime | None = await session.fetchval(sql.OVERLOOKED)
            return overlooked

    async def read_taken(self, departure_id: int) -> Taken:
        return await self.reading.call(departure_id)

    async def find_sold(self, service_nos: Sequence[int], from_departure: int) -> list[int]:
        rows = await self._database.fetch(sql.SOLD_DEPARTURES, from_departure, list(service_nos))
        return [row[0] for row in rows]

    async def count_taken(self, first_day: int, days: int) -> dict[int, int]:
        bounds = departure_id(first_day, 1), departure_id(first_day + days, 1)
        return {row[0]: row[1] for row in await self._database.fetch(sql.COUNT_TAKEN, *bounds)}

    async def count_open(self) -> int:
        count: int = await self._database.fetchval(sql.COUNT_OPEN)
        return count

    async def forget_ended(self, before: datetime) -> int:
        removed = 0
        since, position = datetime(2000, 1, 1, tzinfo=UTC), UUID(int=0)
        while True:
            last = await self._database.fetchrow(sql.FORGET_ENDED, since, position, before, FORGET_BATCH)
            if last is None:
                return removed
            removed += int(last["removed"])
            if last["seen"] < FORGET_BATCH:
                return removed
            since, position = last["expires_at"], last["hold_id"]

    async def list_confirmed(self, after: UUID | None, limit: int) -> list[HoldRecord]:
        return [hold_record(row) for row in await self._database.fetch(sql.CONFIRMED_PAGE, after or UUID(int=0), limit)]

    async def ensure_partitions(self, first_day: int, last_day: int) -> None:
        async with self._database.acquire() as session:
            for table in (OCCUPANCY, HOLD):
                await table.ensure(session, day_of(first_day), day_of(last_day))

    async def check(self) -> Findings:
        return await check_inventory(self._database)
