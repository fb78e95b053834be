"""The lane on a real PostgreSQL: batches, errors, lost connections, shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest

from wayfare.infrastructure import coalescer
from wayfare.infrastructure.coalescer import Lane
from wayfare.infrastructure.database import Connection, Database
from wayfare.kernel.errors import NotFound, Unavailable


class Ledger:
    """Writes numbers into a table; knows which batches it was given."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.again: list[bool] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def flush(self, connection: Connection, requests: Sequence[int], again: bool) -> Sequence[int | Exception]:
        self.batches.append(list(requests))
        self.again.append(again)
        await self.gate.wait()
        wanted = [number for number in requests if number >= 0]
        rows = await connection.fetch(
            "INSERT INTO written SELECT unnest($1::int[]) ON CONFLICT DO NOTHING RETURNING number", wanted
        )
        if not again:
            assert len(rows) == len(wanted)
        return [number * 2 if number >= 0 else NotFound() for number in requests]


@pytest.fixture
async def ledger(database: Database) -> Ledger:
    await database.execute("CREATE TABLE written (number int PRIMARY KEY CHECK (number <> 13))")
    return Ledger()


@pytest.fixture
async def lane(database: Database, ledger: Ledger) -> AsyncIterator[Lane[int, int]]:
    lane: Lane[int, int] = Lane("test", database, ledger.flush, batch_max=8, queue_max=20)
    await lane.start()
    yield lane
    ledger.gate.set()
    await lane.stop()


async def written(database: Database) -> list[int]:
    return [row[0] for row in await database.fetch("SELECT number FROM written ORDER BY number")]


async def terminate(database: Database) -> None:
    await database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%/test'"
    )


class TestCall:
    async def test_alone_waits_for_nobody(self, lane: Lane[int, int], ledger: Ledger) -> None:
        assert await lane.call(21) == 42
        assert ledger.batches == [[21]]

    async def test_calls_gather_while_the_last_batch_is_written(
        self, lane: Lane[int, int], ledger: Ledger, database: Database
    ) -> None:
        ledger.gate.clear()
        calls = [asyncio.create_task(lane.call(number)) for number in range(1, 12)]
        await asyncio.sleep(0.05)
        ledger.gate.set()
        assert await asyncio.gather(*calls) == [number * 2 for number in range(1, 12)]
        assert [len(batch) for batch in ledger.batches] == [8, 3]
        assert await written(database) == list(range(1, 12))
        assert (lane.batches, lane.calls) == (2, 11)

    async def test_is_committed_before_it_is_answered(self, lane: Lane[int, int], database: Database) -> None:
        await lane.call(5)
        assert await written(database) == [5]

    async def test_an_exception_answered_belongs_to_its_call(
        self, lane: Lane[int, int], ledger: Ledger, database: Database
    ) -> None:
        ledger.gate.clear()
        calls = [asyncio.create_task(lane.call(number)) for number in (1, -2, 3)]
        await asyncio.sleep(0.02)
        ledger.gate.set()
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert answers[0] == 2
        assert isinstance(answers[1], NotFound)
        assert answers[2] == 6
        assert await written(database) == [1, 3]

    async def test_a_data_error_hurts_only_the_call_that_caused_it(
        self, lane: Lane[int, int], ledger: Ledger, database: Database
    ) -> None:
        ledger.gate.clear()
        calls = [asyncio.create_task(lane.call(number)) for number in (10, 11, 12, 13, 14, 15)]
        await asyncio.sleep(0.02)
        ledger.gate.set()
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert isinstance(answers[3], asyncpg.CheckViolationError)
        assert [answer for answer in answers if isinstance(answer, int)] == [20, 22, 24, 28, 30]
        assert await written(database) == [10, 11, 12, 14, 15]

    async def test_a_full_queue_refuses(self, lane: Lane[int, int], ledger: Ledger) -> None:
        ledger.gate.clear()
        first = asyncio.create_task(lane.call(0))
        await asyncio.sleep(0.02)
        calls = [asyncio.create_task(lane.call(number)) for number in range(101, 121)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await lane.call(121)
        ledger.gate.set()
        await asyncio.gather(first, *calls)

    async def test_who_gave_up_while_waiting_is_skipped(
        self, lane: Lane[int, int], ledger: Ledger, database: Database
    ) -> None:
        ledger.gate.clear()
        first = asyncio.create_task(lane.call(1))
        await asyncio.sleep(0.02)
        impatient = asyncio.create_task(lane.call(2))
        patient = asyncio.create_task(lane.call(3))
        await asyncio.sleep(0)
        impatient.cancel()
        ledger.gate.set()
        assert await asyncio.gather(first, patient) == [2, 6]
        assert await written(database) == [1, 3]

    async def test_a_wrong_number_of_answers_writes_nothing(self, database: Database) -> None:
        await database.execute("CREATE TABLE written (number int PRIMARY KEY)")

        async def flush(connection: Connection, requests: Sequence[int], again: bool) -> Sequence[int]:
            await connection.execute("INSERT INTO written SELECT unnest($1::int[])", list(requests))
            return []

        lane: Lane[int, int] = Lane("test", database, flush)
        await lane.start()
        with pytest.raises(RuntimeError):
            await lane.call(1)
        await lane.stop()
        assert await written(database) == []


class TestTroubles:
    async def test_a_lost_connection_neither_loses_nor_doubles(
        self, lane: Lane[int, int], ledger: Ledger, database: Database
    ) -> None:
        ledger.gate.clear()
        calls = [asyncio.create_task(lane.call(number)) for number in range(1, 6)]
        await asyncio.sleep(0.05)
        await terminate(database)
        ledger.gate.set()
        assert await asyncio.gather(*calls) == [2, 4, 6, 8, 10]
        assert await written(database) == [1, 2, 3, 4, 5]
        assert ledger.again == [False, True]

    async def test_a_connection_lost_while_idle_is_replaced(self, lane: Lane[int, int], database: Database) -> None:
        await lane.call(1)
        await terminate(database)
        assert await lane.call(2) == 4

    async def test_a_lock_timeout_is_tried_again(
        self, lane: Lane[int, int], ledger: Ledger, database: Database
    ) -> None:
        async with database.acquire() as session:
            async with session.transaction():
                await session.execute("LOCK TABLE written")
                call = asyncio.create_task(lane.call(7))
                await asyncio.sleep(0.4)
                assert not call.done()
            assert await call == 14
        assert len(ledger.batches) > 1
        assert ledger.again[-1] is False

    async def test_locks_that_never_end_make_it_unavailable(
        self, lane: Lane[int, int], database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(coalescer, "ATTEMPTS_MAX", 2)
        async with database.transaction() as session:
            await session.execute("LOCK TABLE written")
            with pytest.raises(Unavailable):
                await lane.call(7)
        assert await lane.call(8) == 16


class TestStop:
    async def test_drains_then_refuses(self, lane: Lane[int, int], ledger: Ledger, database: Database) -> None:
        ledger.gate.clear()
        calls = [asyncio.create_task(lane.call(number)) for number in range(12)]
        await asyncio.sleep(0.02)
        stopping = asyncio.create_task(lane.stop())
        await asyncio.sleep(0.02)
        with pytest.raises(Unavailable):
            await lane.call(99)
        ledger.gate.set()
        assert await asyncio.gather(*calls) == [number * 2 for number in range(12)]
        await stopping
        assert await written(database) == list(range(12))
