"""Reads that may be a little old, with a real streaming replica that lags, dies and comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from starlette.types import Message, Receive, Scope, Send

from integration.infrastructure.standby import Standby, replicated
from logs import logged
from wayfare.contracts.customers.api import Identity
from wayfare.infrastructure import replica as replica_module
from wayfare.infrastructure.access import CALLER
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.migrations import ServiceMigrations, upgrade
from wayfare.infrastructure.replica import PRIMARY_POSITION, READS, REPLICA_POSITION, Reads, Replica, noting_writes
from wayfare.services.bookings import wiring
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.store import PostgresBookingStore

SERVICES = Path(wiring.__file__).parents[1]
WHERE = "SELECT pg_is_in_recovery()"
NOTED = "SELECT word FROM noted ORDER BY word"
LIMIT_S = 3.0
SOMEBODY = UUID(int=7)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[str, Standby]]:
    with replicated() as both:
        yield both


@pytest.fixture
async def primary(servers: tuple[str, Standby]) -> AsyncIterator[Database]:
    async with Database(servers[0], pool_size=4) as database:
        await database.execute("DROP TABLE IF EXISTS noted")
        await database.execute("CREATE TABLE noted (word text)")
        await replayed(database, servers[1].dsn)
        yield database


async def replayed(primary: Database, url: str) -> None:
    position = await primary.fetchval(PRIMARY_POSITION)
    async with Database(url, pool_size=1) as replica, asyncio.timeout(60):
        while await replica.fetchval(REPLICA_POSITION) < position:
            await asyncio.sleep(0.02)


@asynccontextmanager
async def reading(primary: Database, url: str, limit_s: float = LIMIT_S) -> AsyncIterator[tuple[Reads, Replica]]:
    replica = Replica(url, primary, pool_size=2, limit_s=limit_s)
    await replica.start()
    try:
        yield Reads(primary, replica), replica
    finally:
        await replica.stop()


async def is_replica(reads: Reads, reader: UUID | None = SOMEBODY) -> bool:
    return bool((await reads.fetch(reader, WHERE))[0][0])


async def until(reads: Reads, *, replica: bool, patience_s: float = 60.0) -> None:
    async with asyncio.timeout(patience_s):
        while await is_replica(reads) is not replica:
            await asyncio.sleep(0.05)


def count(went: str) -> float:
    return float(READS.labels(went)._value.get())


async def test_reads_go_to_a_replica_that_is_recent(primary: Database, servers: tuple[str, Standby]) -> None:
    async with reading(primary, servers[1].dsn) as (reads, _):
        before = count("replica")
        await until(reads, replica=True)
        assert count("replica") == before + 1


async def test_also_when_nothing_was_written_for_longer_than_the_limit(
    primary: Database, servers: tuple[str, Standby]
) -> None:
    async with reading(primary, servers[1].dsn, limit_s=2) as (reads, replica):
        await primary.execute("INSERT INTO noted VALUES ('the last word')")
        await primary.execute("SELECT pg_switch_wal()")  # and the log goes on with an empty segment
        await until(reads, replica=True)
        await asyncio.sleep(3)
        await until(reads, replica=True)
        assert replica.is_recent


async def test_a_replica_that_lags_is_left_alone_until_it_has_caught_up(
    primary: Database, servers: tuple[str, Standby]
) -> None:
    operator = await asyncpg.connect(servers[1].dsn)
    try:
        async with reading(primary, servers[1].dsn) as (reads, _):
            await until(reads, replica=True)
            await operator.execute("SELECT pg_wal_replay_pause()")
            await primary.execute("INSERT INTO noted VALUES ('while it is paused')")
            assert (await primary.fetchval("SELECT count(*) FROM noted")) == 1
            await until(reads, replica=False)
            assert [row[0] for row in await reads.fetch(SOMEBODY, NOTED)] == ["while it is paused"]
            await operator.execute("SELECT pg_wal_replay_resume()")
            await until(reads, replica=True)
            assert [row[0] for row in await reads.fetch(SOMEBODY, NOTED)] == ["while it is paused"]
    finally:
        await operator.execute("SELECT pg_wal_replay_resume()")
        await operator.close()


async def test_who_has_written_reads_their_own_write(primary: Database, servers: tuple[str, Standby]) -> None:
    operator, another = await asyncpg.connect(servers[1].dsn), uuid4()
    try:
        async with reading(primary, servers[1].dsn, limit_s=60) as (reads, replica):
            await until(reads, replica=True)
            await operator.execute("SELECT pg_wal_replay_pause()")
            await primary.execute("INSERT INTO noted VALUES ('mine')")
            replica.note_write(SOMEBODY)
            assert [row[0] for row in await reads.fetch(SOMEBODY, NOTED)] == ["mine"]
            assert await reads.fetch(another, NOTED) == [], "they may see what was true a moment ago"
            assert not await is_replica(reads, None), "nobody knows what they wrote"
            found = await reads.fetchrow(another, "SELECT word FROM noted WHERE word = 'mine'")
            assert found is not None, "what the replica has not, the primary is asked for"
    finally:
        await operator.execute("SELECT pg_wal_replay_resume()")
        await operator.close()


async def test_who_wrote_reads_the_replica_again_after_the_limit(
    primary: Database, servers: tuple[str, Standby]
) -> None:
    async with reading(primary, servers[1].dsn, limit_s=2) as (reads, replica):
        await until(reads, replica=True)
        replica.note_write(SOMEBODY)
        assert not await is_replica(reads)
        await until(reads, replica=True)


async def test_a_replica_that_dies_fails_nobody_and_comes_back(primary: Database, servers: tuple[str, Standby]) -> None:
    standby = servers[1]
    with logged(replica_module) as logs:
        async with reading(primary, standby.dsn) as (reads, _):
            await until(reads, replica=True)
            standby.kill()
            try:
                for _ in range(100):
                    assert not await is_replica(reads)
            finally:
                standby.start()
            await until(reads, replica=True)
    said = [line["event"] for line in logs if line["event"].startswith("replica.")]
    assert said[-3:] == ["replica.in_use", "replica.not_in_use", "replica.in_use"]
    assert len(said) <= 4, "said once, not for every read"


async def test_a_replica_that_hangs_keeps_nobody_waiting(primary: Database, servers: tuple[str, Standby]) -> None:
    async with reading(primary, servers[1].dsn) as (reads, _):
        await until(reads, replica=True)
        with servers[1].hanging():
            async with asyncio.timeout(30):
                assert not any(await asyncio.gather(*(is_replica(reads) for _ in range(20))))
        await until(reads, replica=True)


async def test_a_replica_that_is_not_there_is_no_error(primary: Database) -> None:
    with logged(replica_module) as logs:
        async with reading(primary, "postgresql://wayfare@127.0.0.1:1/wayfare") as (reads, replica):
            for _ in range(3):
                await replica.measure()
                assert not await is_replica(reads)
    assert [line["event"] for line in logs if line["event"].startswith("replica.")] == ["replica.not_in_use"]


async def test_a_primary_is_no_replica(primary: Database) -> None:
    async with reading(primary, primary.dsn) as (_, replica):
        await replica.measure()
        assert not replica.is_recent


async def test_a_read_that_hangs_is_asked_of_the_primary(primary: Database, servers: tuple[str, Standby]) -> None:
    async with reading(primary, servers[1].dsn) as (reads, _):
        await until(reads, replica=True)
        slow_there = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_sleep(30)::text ELSE 'quick' END"
        assert (await reads.fetch(SOMEBODY, slow_there))[0][0] == "quick"


async def test_bookings_that_are_only_shown_are_read_there(
    primary: Database, servers: tuple[str, Standby], tmp_path: Path
) -> None:
    await upgrade(primary.dsn, [ServiceMigrations("bookings", SERVICES / "bookings/adapters/migrations")])
    await replayed(primary, servers[1].dsn)
    async with reading(primary, servers[1].dsn) as (reads, _):
        store = PostgresBookingStore(primary, PrivateFields(KeyFile(tmp_path / "keys.json")), 0, 3, reads)
        await until(reads, replica=True)
        before = count("replica")
        assert await store.list_own(SOMEBODY, None, 20) == []
        assert await store.find_to_show("ABC123", SOMEBODY) is None
        assert count("replica") == before + 2
        assert await store.find_by_locator("ABC123") is None
        assert await store.find_booking(SOMEBODY) is None
        assert count("replica") == before + 2, "what may be written next is read from the primary"


async def test_without_a_replica_the_primary_is_read(primary: Database) -> None:
    assert not await is_replica(Reads(primary))


@pytest.mark.parametrize(("method", "noted"), [("GET", False), ("POST", True), ("DELETE", True)])
async def test_who_writes_is_noted_before_they_have_their_answer(primary: Database, method: str, noted: bool) -> None:
    replica = Replica("postgresql://wayfare@127.0.0.1:1/wayfare", primary, pool_size=1, limit_s=60)
    seen: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope[CALLER] = Identity(SOMEBODY, uuid4(), (), 0)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        seen.append(replica.has_written(SOMEBODY))

    await noting_writes(app, replica)({"type": "http", "method": method}, receive, send)
    assert seen == [noted]
