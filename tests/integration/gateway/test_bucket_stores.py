"""The buckets that processes share: the same cases in PostgreSQL and in a real Valkey."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from conftest import Databases
from integration.events.brokers import broker_url
from wayfare.bootstrap.schema import GATEWAY
from wayfare.gateway.limits.accounts import AccountLimit
from wayfare.gateway.limits.buckets import Buckets
from wayfare.gateway.limits.policies import Policy
from wayfare.gateway.limits.postgres_store import PostgresStore
from wayfare.gateway.limits.redis_store import RedisStore
from wayfare.gateway.limits.rounds import Rounds
from wayfare.gateway.limits.store import BucketStore, Draw
from wayfare.infrastructure import migrations
from wayfare.infrastructure.database import Database
from wayfare.kernel.errors import RateLimited, Unavailable


@pytest.fixture(scope="module", params=["postgres", "valkey"])
def address(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    if request.param == "valkey":
        with broker_url("valkey") as url:
            yield url
        return

    async def prepare(dsn: str) -> None:
        await migrations.upgrade(dsn, [GATEWAY])

    with databases.filled("gateway", prepare) as dsn:
        yield dsn


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[BucketStore]:
    """As one process sees it."""
    if address.startswith("redis"):
        store = RedisStore(address)
        yield store
        await store.aclose()
        return
    async with Database(address, pool_size=4) as database:
        yield PostgresStore(database)


@pytest.fixture
async def store(address: str) -> AsyncIterator[BucketStore]:
    async with opened(address) as found:
        yield found


async def test_takes_while_something_is_there(store: BucketStore) -> None:
    draw = Draw("log_in:one", 60.0, 180.0)
    answers = [await store.take(draw) for _ in range(5)]
    assert [drawn for drawn, _ in answers] == [True, True, True, False, False]
    assert answers[1][1] == pytest.approx(120, abs=1)
    assert answers[4][1] == pytest.approx(180, abs=1)
    assert (await store.take(Draw("log_in:other", 60.0, 180.0)))[0]


async def test_a_bucket_fills_again(store: BucketStore) -> None:
    draw = Draw("fills:one", 0.2, 0.2)
    assert (await store.take(draw))[0]
    assert not (await store.take(draw))[0]
    await asyncio.sleep(0.25)
    assert (await store.take(draw))[0]


async def test_of_many_at_once_as_many_get_a_token_as_there_are(address: str, store: BucketStore) -> None:
    draw = Draw("race:one", 60.0, 600.0)
    async with opened(address) as other:
        answers = await asyncio.gather(*[(store if n % 2 else other).take(draw) for n in range(40)])
    assert sum(drawn for drawn, _ in answers) == 10


async def test_adds_in_any_case(store: BucketStore) -> None:
    draws = [Draw("add:b", 50.0, 10.0), Draw("add:a", 1.0, 10.0)]
    assert list(await store.add(draws)) == [pytest.approx(50, abs=1), pytest.approx(1, abs=0.5)]
    assert list(await store.add(draws)) == [pytest.approx(100, abs=1), pytest.approx(2, abs=0.5)]
    assert not (await store.take(Draw("add:b", 1.0, 10.0)))[0]
    await store.tidy()
    assert not (await store.take(Draw("add:b", 1.0, 10.0)))[0]


async def test_strange_names_are_only_names(store: BucketStore) -> None:
    for key in ("address:2001:db8::/64", "it's; DROP TABLE", "é\n"):
        assert (await store.take(Draw(key, 60.0, 60.0)))[0]
        assert not (await store.take(Draw(key, 60.0, 60.0)))[0]


async def test_two_processes_give_together_what_one_would(address: str, store: BucketStore) -> None:
    policy = Policy("shared", 1, 60, 100)
    one, other = (Buckets(policy, asyncio.get_running_loop().time) for _ in range(2))
    async with opened(address) as others:
        tells = (Rounds([one], store), Rounds([other], others))
        given = 0
        for _ in range(20):
            for buckets, tell in zip((one, other), tells, strict=True):
                given += sum(buckets.take("caller") >= 0 for _ in range(5))
                await tell.tell()
    assert 100 <= given <= 100 + 25 + 5  # a quarter of a bucket is nobody's business, and a round is a round


async def test_tries_of_an_account_are_counted_and_its_addresses_known_by_all_processes(
    address: str, store: BucketStore
) -> None:
    policy, secret = Policy("tries", 4, 3600, 4, exact=True), b"a secret of the tests that is long"
    async with opened(address) as others:
        one, other = (AccountLimit(policy, secret, store=each) for each in (store, others))
        await one.remember("Ada@example.org", "192.0.2.1")
        await one.remember("ada@example.org", "192.0.2.1")
        admitted = 0
        for number in range(8):
            try:
                await (one if number % 2 else other).admit("ada@Example.org", f"198.51.100.{number}")
            except RateLimited:
                continue
            admitted += 1
        assert admitted == 4
        for _ in range(4):
            await other.admit("ada@example.org", "192.0.2.1")
        for again, where in ((one, "192.0.2.1"), (other, "192.0.2.2")):
            with pytest.raises(RateLimited):
                await again.admit("ada@example.org", where)
        await other.admit("eve@example.org", "192.0.2.2")


async def test_tries_are_counted_here_while_the_store_is_away() -> None:
    store = RedisStore("redis://127.0.0.1:1")
    limit = AccountLimit(Policy("tries", 1, 3600, 1, exact=True), b"x" * 32, store=store)
    await limit.admit("ada@example.org", "192.0.2.1")
    await limit.remember("eve@example.org", "192.0.2.1")
    with pytest.raises(RateLimited):
        await limit.admit("ada@example.org", "192.0.2.1")
    await store.aclose()


async def test_redis_that_is_away_is_unavailable() -> None:
    store = RedisStore("redis://127.0.0.1:1")
    with pytest.raises(Unavailable):
        await store.take(Draw("a", 1.0, 1.0))
    with pytest.raises(Unavailable):
        await store.add([Draw("a", 1.0, 1.0)])
    await store.aclose()


async def test_a_database_without_the_table_is_unavailable(database: Database) -> None:
    store = PostgresStore(database)
    for work in (store.take(Draw("a", 1.0, 1.0)), store.add([Draw("a", 1.0, 1.0)]), store.tidy()):
        with pytest.raises(Unavailable):
            await work
