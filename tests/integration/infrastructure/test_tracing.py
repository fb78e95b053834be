"""What is traced in one process: calls that share a batch, statements, errors; and a collector that is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence

import asyncpg
import pytest

from conftest import Databases
from fakes.otlp_receiver import Receiver, Seen, otlp_receiver
from system.harness import free_port
from wayfare.contracts.events import EventData
from wayfare.infrastructure import tracing
from wayfare.infrastructure.coalescer import Lane
from wayfare.infrastructure.database import Connection, Database
from wayfare.infrastructure.events.outbox import data_text

TRACES = ["a" * 32, "b" * 32]


class Painted(EventData, frozen=True):
    number: int


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    with otlp_receiver() as found:
        tracing.start(found.url, "tests")
        yield found
        await tracing.stop()


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    dsn = databases.create()
    yield dsn
    databases.drop(dsn)


async def write(connection: Connection, batch: Sequence[int], _again: bool) -> Sequence[str | Exception]:
    await connection.fetchval("SELECT $1::int", len(batch))
    return [data_text(Painted(number), number) for number in batch]


async def ask(lane: Lane[int, str], number: int, trace: str | None) -> str:
    if trace is None or tracing.active is None:
        return await lane.call(number)
    with tracing.active.answering("POST", {"traceparent": f"00-{trace}-{'c' * 16}-01"}):
        return await lane.call(number)


def named(receiver: Receiver, trace: str) -> dict[str, Seen]:
    return {span.name: span for span in receiver.spans(trace)}


async def test_calls_of_one_batch_keep_their_traces(receiver: Receiver, url: str) -> None:
    async with Database(url) as database:
        lane: Lane[int, str] = Lane("paint", database, write, interval_s=0.05)
        await lane.start()
        # Numbers are told apart by identity: large ones are objects of their own.
        first, second, third = await asyncio.gather(
            *(ask(lane, 10**6 + n, trace) for n, trace in enumerate([*TRACES, None]))
        )
        await lane.stop()
    assert lane.batches == 1
    await tracing.stop()
    alone, linked = named(receiver, TRACES[0]), named(receiver, TRACES[1])
    assert {"POST", "lane paint", "batch paint", "BEGIN", "SELECT", "COMMIT"} == alone.keys()
    assert {"POST", "lane paint"} == linked.keys(), "the transaction hangs below the first call, linked to the others"
    assert alone["batch paint"].attributes["db.operation.batch.size"] == 3
    assert alone["batch paint"].links == (linked["lane paint"].span_id,)
    for text, spans, trace in ((first, alone, TRACES[0]), (second, linked, TRACES[1])):
        assert text.partition(" ")[0] == f"00-{trace}-{spans['lane paint'].span_id}-01"
    assert third == '{"number":1000002}', "what nobody traces is stored as it is"


async def test_what_happens_for_nobody_is_not_traced(receiver: Receiver, url: str) -> None:
    async with Database(url) as database:
        await database.fetchval("SELECT 1")
    await tracing.stop()
    assert receiver.spans() == []


async def test_of_an_error_the_name_alone_is_told(receiver: Receiver, url: str) -> None:
    async with Database(url) as database:
        answering = tracing.active.answering("POST", {})  # type: ignore[union-attr]
        with pytest.raises(asyncpg.DataError, match="ada@example"), answering:
            await database.fetchval("SELECT $1::text::int", "ada@example.org")
    await tracing.stop()
    assert {span.name for span in receiver.spans()} == {"POST", "SELECT"}
    assert b"InvalidTextRepresentation" in receiver.bytes_seen
    assert b"ada@example" not in receiver.bytes_seen


async def test_a_collector_that_is_away_costs_a_moment_at_the_end() -> None:
    tracing.start(f"http://127.0.0.1:{free_port()}", "tests")
    with tracing.active.answering("POST", {}):  # type: ignore[union-attr]
        pass
    started = time.monotonic()
    await tracing.stop()
    assert time.monotonic() - started < 10
    assert tracing.active is None
