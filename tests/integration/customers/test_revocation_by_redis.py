"""Revocations through a real Valkey, and without one that was configured."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from integration.customers.world import Process, World, eventually_refused, migrate
from integration.events.brokers import broker_url
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.redis import open_redis
from wayfare.services.customers.adapters.revocation_notices import CHANNEL, RedisNotices
from wayfare.services.customers.adapters.revocations import PostgresRevocationList, WatchedRevocations


@pytest.fixture(scope="module")
def valkey() -> Iterator[str]:
    with broker_url("valkey") as url:
        yield url


@asynccontextmanager
async def watching(dsn: str, redis_url: str) -> AsyncIterator[WatchedRevocations]:
    async with Database(dsn, pool_size=2) as database:
        revocations = WatchedRevocations(PostgresRevocationList(database), RedisNotices(redis_url))
        await revocations.start()
        yield revocations
        await revocations.stop()


async def until(found: Callable[[], Awaitable[bool]], patience_s: float = 10.0) -> None:
    async with asyncio.timeout(patience_s):
        while not await found():
            await asyncio.sleep(0.01)


async def listeners(url: str) -> int:
    client = open_redis(url)
    try:
        ((_, number),) = await client.pubsub_numsub(CHANNEL)
        return int(number)
    finally:
        await client.aclose()


async def test_a_notice_is_heard_where_postgres_tells_nothing(databases: Any, valkey: str) -> None:
    """Each of the two has a database of its own, so only Redis can have told."""
    template = databases.template("customers", migrate)
    here, there = databases.create(template), databases.create(template)
    async with watching(here, valkey) as one, watching(there, valkey) as other:

        async def both_listen() -> bool:
            return await listeners(valkey) == 2

        await until(both_listen)
        session_id = uuid4()
        assert not await other.is_revoked(session_id)
        one.note(session_id)

        async def told() -> bool:
            return await other.is_revoked(session_id)

        await until(told)
        assert not await other.is_revoked(uuid4())
    for dsn in (here, there):
        databases.drop(dsn)


async def test_nonsense_on_the_channel_harms_nobody(world: World, valkey: str) -> None:
    async with watching(world.dsn, valkey) as one:

        async def listens() -> bool:
            return await listeners(valkey) == 1

        await until(listens)
        client = open_redis(valkey)
        await client.publish(CHANNEL, "nonsense")
        await until(listens)
        session_id = uuid4()

        async def told() -> bool:
            await client.publish(CHANNEL, str(session_id))
            return await one.is_revoked(session_id)

        await until(told)
        await client.aclose()


async def test_a_redis_that_is_away_delays_nothing(databases: Any, tmp_path: Path) -> None:
    world = World(databases.create(databases.template("customers", migrate)), tmp_path)
    world.options = replace(world.options, redis_url="redis://127.0.0.1:1")
    async with world.process() as here, world.process() as there:
        await here.registered()
        tokens = await here.tokens()
        assert (await there.me(tokens["access_token"])).status_code == 200
        await revoke(here, tokens)
        assert await eventually_refused(there, tokens["access_token"], 2.0) < 2.0
    databases.drop(world.dsn)


async def revoke(process: Process, tokens: dict[str, str]) -> None:
    answer = await process.http.post("/v1/auth/revoke", data={"token": tokens["refresh_token"]})
    assert answer.status_code == 200
