from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import asyncpg
import pytest

from wayfare.infrastructure.database import Database
from wayfare.infrastructure.partitions import MonthlyPartitions, PartitionKey
from wayfare.kernel.ids import departure_id, new_hold_id, uuid7
from wayfare.kernel.time import day_number

OCCUPANCY = MonthlyPartitions("inventory.occupancy", PartitionKey.DEPARTURE_ID, {"fillfactor": "60"})
NOV, DEC, JAN, FEB = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)


@pytest.fixture
async def occupancy(database: Database) -> Database:
    await database.execute(
        """
        CREATE SCHEMA inventory;
        CREATE TABLE inventory.occupancy (
            departure_id bigint NOT NULL, unit_no int NOT NULL CHECK (unit_no > 0), taken bigint NOT NULL DEFAULT 0,
            PRIMARY KEY (departure_id, unit_no)
        ) PARTITION BY RANGE (departure_id);
        CREATE INDEX occupancy_unit ON inventory.occupancy (unit_no);
        """
    )
    return database


def departure(day: date) -> int:
    return departure_id(day_number(day), 4711)


async def test_rows_go_to_their_month(occupancy: Database) -> None:
    async with occupancy.acquire() as session:
        made = await OCCUPANCY.ensure(session, date(2026, 11, 21), date(2027, 1, 31))
        assert made == ["occupancy_2026_11", "occupancy_2026_12", "occupancy_2027_01"]
        assert await OCCUPANCY.ensure(session, NOV, JAN) == []
        assert await OCCUPANCY.ensure(session, NOV, FEB) == ["occupancy_2027_02"]
        assert await OCCUPANCY.months(session) == [NOV, DEC, JAN, FEB]
        for day in (NOV, date(2026, 11, 30), DEC, date(2026, 12, 31), date(2027, 2, 28)):
            await session.execute("INSERT INTO inventory.occupancy VALUES ($1, 1)", departure(day))
        rows = await session.fetch(
            "SELECT tableoid::regclass::text AS name, count(*) AS n FROM inventory.occupancy GROUP BY 1 ORDER BY 1"
        )
        assert [(row["name"], row["n"]) for row in rows] == [
            ("inventory.occupancy_2026_11", 2),
            ("inventory.occupancy_2026_12", 2),
            ("inventory.occupancy_2027_02", 1),
        ]
        with pytest.raises(asyncpg.CheckViolationError):
            await session.execute("INSERT INTO inventory.occupancy VALUES ($1, 1)", departure(date(2027, 3, 1)))
        with pytest.raises(asyncpg.CheckViolationError):
            await session.execute("INSERT INTO inventory.occupancy VALUES ($1, 0)", departure(NOV))
        with pytest.raises(asyncpg.UniqueViolationError):
            await session.execute("INSERT INTO inventory.occupancy VALUES ($1, 1)", departure(NOV))


async def test_partitions_get_indexes_and_storage_parameters(occupancy: Database) -> None:
    async with occupancy.acquire() as session:
        await OCCUPANCY.ensure(session, NOV, NOV)
        options = await session.fetchval(
            "SELECT reloptions FROM pg_class WHERE oid = 'inventory.occupancy_2026_11'::regclass"
        )
        indexes = await session.fetchval(
            "SELECT count(*) FROM pg_index WHERE indrelid = 'inventory.occupancy_2026_11'::regclass AND indisvalid"
        )
    assert options == ["fillfactor=60"]
    assert indexes == 2


async def test_many_callers_at_once_beside_writers(occupancy: Database) -> None:
    async with occupancy.acquire() as session:
        await OCCUPANCY.ensure(session, NOV, NOV)
    stop = asyncio.Event()

    async def write() -> int:
        lane = await occupancy.dedicated()
        written = 0
        while not stop.is_set():
            written += 1
            await lane.execute("INSERT INTO inventory.occupancy VALUES ($1, $2)", departure(NOV), written)
        return written

    async def ensure() -> list[str]:
        lane = await occupancy.dedicated()
        return await OCCUPANCY.ensure(lane, NOV, FEB)

    writer = asyncio.create_task(write())
    made = await asyncio.gather(*(ensure() for _ in range(8)))
    stop.set()
    assert await writer > 0
    assert sorted(name for names in made for name in names) == [
        "occupancy_2026_12",
        "occupancy_2027_01",
        "occupancy_2027_02",
    ]


async def test_inside_a_transaction_it_is_part_of_it(occupancy: Database) -> None:
    async with occupancy.acquire() as session:
        transaction: Any = session.transaction()
        await transaction.start()
        assert len(await OCCUPANCY.ensure(session, NOV, DEC)) == 2
        await transaction.rollback()
        assert await OCCUPANCY.months(session) == []


async def test_old_months_are_detached_while_the_table_is_used(occupancy: Database) -> None:
    async with occupancy.acquire() as session, occupancy.acquire() as writer:
        await OCCUPANCY.ensure(session, NOV, FEB)
        await writer.execute("INSERT INTO inventory.occupancy VALUES ($1, 1), ($2, 1)", departure(NOV), departure(JAN))
        assert await OCCUPANCY.detach_before(session, date(2026, 12, 15)) == ["occupancy_2026_11"]
        assert await session.fetchval("SELECT count(*) FROM inventory.occupancy") == 1
        assert await session.fetchval("SELECT count(*) FROM inventory.occupancy_2026_11") == 1
        assert await OCCUPANCY.detach_before(session, FEB, drop=True) == ["occupancy_2026_12", "occupancy_2027_01"]
        assert await session.fetchval("SELECT to_regclass('inventory.occupancy_2027_01')") is None
        assert await OCCUPANCY.months(session) == [FEB]
        async with session.transaction():
            with pytest.raises(ValueError, match="transaction"):
                await OCCUPANCY.detach_before(session, FEB)


async def test_an_interrupted_detach_is_finished(occupancy: Database) -> None:
    async with occupancy.acquire() as session, occupancy.acquire() as reader:
        await OCCUPANCY.ensure(session, NOV, DEC)
        async with reader.transaction():
            await reader.fetch("SELECT * FROM inventory.occupancy")
            await session.execute("SET statement_timeout = 200")
            with pytest.raises(asyncpg.QueryCanceledError):
                await OCCUPANCY.detach_before(session, DEC)
        await session.execute("SET statement_timeout = 5000")
        assert await OCCUPANCY.months(session) == [DEC]
        assert await OCCUPANCY.detach_before(session, DEC) == ["occupancy_2026_11"]


async def test_uuid_keys(database: Database) -> None:
    today = date.today()  # noqa: DTZ011 - the test makes last and next month too
    holds = MonthlyPartitions("s.hold", PartitionKey.DAY_UUID)
    bookings = MonthlyPartitions("s.booking", PartitionKey.UUID7)
    async with database.acquire() as session:
        await session.execute(
            "CREATE SCHEMA s; CREATE TABLE s.hold (id uuid PRIMARY KEY) PARTITION BY RANGE (id);"
            "CREATE TABLE s.booking (id uuid PRIMARY KEY) PARTITION BY RANGE (id)"
        )
        await holds.ensure(session, NOV, DEC)
        await bookings.ensure(session, date(today.year - 1, 12, 1), date(today.year + 1, 1, 1))
        for day in (NOV, date(2026, 12, 31)):
            await session.execute("INSERT INTO s.hold VALUES ($1)", new_hold_id(departure(day)))
        await session.execute("INSERT INTO s.booking VALUES ($1)", uuid7())
        found = await session.fetch("SELECT tableoid::regclass::text AS name FROM s.hold ORDER BY id")
        assert [row["name"] for row in found] == ["s.hold_2026_11", "s.hold_2026_12"]
        name = await session.fetchval("SELECT tableoid::regclass::text FROM s.booking")
        assert name.startswith("s.booking_20")
