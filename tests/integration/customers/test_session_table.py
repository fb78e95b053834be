"""What every store of sessions and revocations must do: the same cases over PostgreSQL and DynamoDB."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from integration.customers.world import NOW, migrate
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.dynamo import Dynamo, number
from wayfare.kernel.errors import ConfigurationError, Unavailable
from wayfare.kernel.time import FixedClock
from wayfare.services.customers.adapters.dynamo_revocations import REVOCATIONS, revocation
from wayfare.services.customers.adapters.dynamo_sessions import SESSIONS, TABLES
from wayfare.services.customers.adapters.revocations import KEPT_S, WatchedRevocations
from wayfare.services.customers.adapters.session_stores import SessionStores, open_session_stores
from wayfare.services.customers.adapters.session_table import NewSession
from wayfare.services.customers.domain.customer import DEVICES_MAX, REFRESH_S

CUSTOMER, OTHER = UUID(int=1), UUID(int=2)
SECRET, FRESH, FRESHER = b"1" * 32, b"2" * 32, b"3" * 32
START_S = int(NOW.timestamp())


class Store:
    """A store and another process's view of it."""

    def __init__(self, database: Database, clock: FixedClock, stores: SessionStores) -> None:
        self.database, self.clock, self.stores = database, clock, stores
        self.table, self.revocations = stores.table, stores.revocations

    async def open(self, customer_id: UUID = CUSTOMER, **changes: Any) -> UUID:
        new = msgspec.structs.replace(session(customer_id), **changes)
        async with self.database.transaction() as tx:
            await self.table.open(tx, new)
        return new.session_id

    async def keep(self, arrived: NewSession) -> bool:
        async with self.database.transaction() as tx:
            return await self.table.keep(tx, arrived)

    async def end(self, session_id: UUID, customer_id: UUID = CUSTOMER) -> list[UUID]:
        async with self.database.transaction() as tx:
            return [one.session_id for one in await self.table.end(tx, customer_id, session_id)]

    async def turn(self, session_id: UUID, generation: int = 1, secret: bytes = SECRET, fresh: bytes = FRESH) -> bool:
        facts = (CUSTOMER, session_id, generation, secret, fresh, self.clock.now_s())
        return await self.table.turn(*facts) is not None

    async def listed(self, customer_id: UUID = CUSTOMER) -> list[UUID]:
        return [one.session_id for one in await self.table.list_of(customer_id, self.clock.now_s())]


def session(customer_id: UUID = CUSTOMER, **changes: Any) -> NewSession:
    times = (START_S, START_S, START_S + REFRESH_S)
    made = NewSession(uuid4(), customer_id, "a phone", SECRET, *times, second_factor=False)
    return msgspec.structs.replace(made, **changes)


@pytest.fixture(params=["postgres", "dynamodb"])
async def store(request: pytest.FixtureRequest, databases: Any) -> AsyncIterator[Store]:
    url = request.getfixturevalue("dynamo_url") if request.param == "dynamodb" else None
    dsn, clock = databases.create(databases.template("customers", migrate)), FixedClock(NOW)
    async with Database(dsn, pool_size=8) as database:
        stores = open_session_stores(url, database, clock)
        yield Store(database, clock, stores)
        await stores.aclose()
    databases.drop(dsn)


class TestFamilies:
    async def test_each_secret_turns_once(self, store: Store) -> None:
        session_id = await store.open()
        assert await store.turn(session_id)
        assert not await store.turn(session_id, fresh=FRESHER), "the one before"
        assert not await store.turn(session_id, 2, SECRET, FRESHER), "another one's secret"
        assert await store.turn(session_id, 2, FRESH, FRESHER)

    async def test_of_twenty_at_the_same_time_one_wins(self, store: Store) -> None:
        session_id = await store.open()
        turned = await asyncio.gather(*(store.turn(session_id, fresh=bytes([n]) * 32) for n in range(20)))
        assert turned.count(True) == 1
        winner = bytes([turned.index(True)]) * 32
        assert await store.turn(session_id, 2, winner, FRESHER), "and its secret is the one that lives"

    async def test_turning_and_ending_at_the_same_time(self, store: Store) -> None:
        for _ in range(5):
            session_id = await store.open()
            _, ended = await asyncio.gather(store.turn(session_id), store.end(session_id))
            assert ended == [session_id]
            assert not await store.turn(session_id, 2, FRESH, FRESHER)
            assert await store.revocations.has(session_id)

    async def test_what_has_expired_does_not_turn_and_is_not_listed(self, store: Store) -> None:
        session_id = await store.open()
        store.clock.advance(REFRESH_S + 1)
        assert not await store.turn(session_id)
        assert await store.listed() == []

    async def test_says_whose_it_is_and_whether_a_second_factor_was_shown(self, store: Store) -> None:
        session_id = await store.open()
        async with store.database.transaction() as tx:
            await store.table.mark(tx, CUSTOMER, session_id)
            await store.table.mark(tx, CUSTOMER, uuid4())
        turned = await store.table.turn(CUSTOMER, session_id, 1, SECRET, FRESH, store.clock.now_s())
        assert turned is not None
        assert (turned.customer_id, turned.second_factor) == (CUSTOMER, True)


class TestEnding:
    async def test_once_and_only_by_its_owner(self, store: Store) -> None:
        session_id = await store.open()
        assert await store.end(session_id, OTHER) == []
        assert not await store.revocations.has(session_id)
        ended = await asyncio.gather(*(store.end(session_id) for _ in range(5)))
        assert sorted(map(len, ended)) == [0, 0, 0, 0, 1]
        assert await store.revocations.has(session_id)
        assert await store.listed() == []
        assert await store.end(uuid4()) == []

    async def test_all_of_a_customer_but_one(self, store: Store) -> None:
        mine, kept, theirs = await store.open(), await store.open(), await store.open(OTHER)
        async with store.database.transaction() as tx:
            ended = await store.table.end_all(tx, CUSTOMER, kept)
        assert [one.session_id for one in ended] == [mine]
        assert (await store.listed(), await store.listed(OTHER)) == ([kept], [theirs])

    async def test_those_that_were_quiet_longest(self, store: Store) -> None:
        opened = [await store.open(used_s=START_S + n) for n in range(DEVICES_MAX + 2)]
        async with store.database.transaction() as tx:
            ended = await store.table.end_quiet(tx, CUSTOMER)
        assert {one.session_id for one in ended} == set(opened[:2])
        assert await store.listed() == opened[:1:-1], "the one used last comes first"


class TestIssuers:
    async def test_a_log_in_is_kept_and_lives_as_long_as_its_longest_token(self, store: Store) -> None:
        arrived = session(secret=b"", expires_s=START_S + 600)
        assert await store.keep(arrived)
        assert await store.keep(msgspec.structs.replace(arrived, expires_s=START_S + 9000, device="renamed"))
        assert await store.keep(msgspec.structs.replace(arrived, expires_s=START_S + 60))
        store.clock.advance(8000)
        (listed,) = await store.table.list_of(CUSTOMER, store.clock.now_s())
        assert (listed.device, listed.expires_s) == ("a phone", START_S + 9000)

    async def test_one_that_was_ended_does_not_come_back(self, store: Store) -> None:
        arrived = session(secret=b"", expires_s=START_S + 86_400)
        assert await store.keep(arrived)
        assert await store.end(arrived.session_id) == [arrived.session_id]
        assert not await store.keep(arrived)
        store.clock.advance(KEPT_S + 600)
        assert not await store.keep(arrived), "its token lives on"

    async def test_many_at_the_same_time(self, store: Store) -> None:
        arrived = session(secret=b"")
        assert all(await asyncio.gather(*(store.keep(arrived) for _ in range(3))))
        assert await store.listed() == [arrived.session_id]

    async def test_is_recent(self, store: Store) -> None:
        arrived, own = session(secret=b""), await store.open()
        await store.keep(arrived)
        assert await store.table.is_recent(CUSTOMER, arrived.session_id, START_S - 1)
        assert not await store.table.is_recent(CUSTOMER, arrived.session_id, START_S)
        assert not await store.table.is_recent(CUSTOMER, own, START_S - 1), "no issuer's"
        assert not await store.table.is_recent(CUSTOMER, uuid4(), 0)


class TestRevocations:
    async def test_another_process_knows_within_seconds_and_one_that_starts_later(self, store: Store) -> None:
        ended, living = await store.open(), await store.open()
        async with watching(store) as there:
            assert not await there.is_revoked(ended)
            await store.end(ended)
            async with asyncio.timeout(20):
                while not await there.is_revoked(ended):
                    await asyncio.sleep(0.02)
            assert not await there.is_revoked(living)
        async with watching(store) as later:
            async with asyncio.timeout(20):
                while ended not in later._revoked:
                    await asyncio.sleep(0.02)

    async def test_who_has_not_read_lately_asks(self, store: Store) -> None:
        ended, living = await store.open(), await store.open()
        await store.end(ended)
        there = WatchedRevocations(store.revocations)
        assert [await there.is_revoked(one) for one in (ended, living)] == [True, False]


@asynccontextmanager
async def watching(store: Store) -> AsyncIterator[WatchedRevocations]:
    revocations = WatchedRevocations(store.revocations)
    await revocations.start()
    try:
        yield revocations
    finally:
        await revocations.stop()


class TestDynamo:
    """What is DynamoDB's own."""

    async def test_an_answer_that_was_lost_is_no_reuse(self, dynamo_url: str, databases: Any) -> None:
        """The client library tries again what was done already."""
        async with one_store(dynamo_url, databases) as store:
            session_id = await store.open()
            assert await store.turn(session_id)
            assert await store.turn(session_id), "with the same fresh secret, which nobody else has"
            assert not await store.turn(session_id, fresh=FRESHER)

    async def test_tables_are_made_once_and_forget_what_has_expired(self, moto: str) -> None:
        dynamo = Dynamo(f"dynamodb://?region=eu-central-1&prefix=made-{uuid4().hex[:8]}&endpoint={moto}")
        with pytest.raises(Unavailable):
            await dynamo.get(SESSIONS, {"customer_id": {"S": "1"}, "session_id": {"S": "2"}})
        missing = await dynamo.faults(TABLES)
        assert [fault.split(";")[0] for fault in missing.values()] == ["it is not there"] * 2
        assert len(await dynamo.create(TABLES)) == 2
        assert await dynamo.create(TABLES) == []
        assert await dynamo.faults(TABLES) == {}
        client = await dynamo._connected()
        for name in missing:
            table = (await client.describe_table(TableName=name))["Table"]
            assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
            told = (await client.describe_time_to_live(TableName=name))["TimeToLiveDescription"]
            assert (told["TimeToLiveStatus"], told["AttributeName"]) == ("ENABLED", "expires_s")
        await dynamo.aclose()

    async def test_items_say_when_they_may_go(self, dynamo_url: str, databases: Any) -> None:
        async with one_store(dynamo_url, databases) as store:
            session_id, dynamo = await store.open(), Dynamo(dynamo_url)
            key = {"customer_id": {"S": str(CUSTOMER)}, "session_id": {"S": str(session_id)}}
            item = await dynamo.get(SESSIONS, key)
            assert item is not None
            assert item["expires_s"] == number(START_S + REFRESH_S)
            await store.end(session_id)
            ended = await dynamo.get(SESSIONS, key)
            assert ended is not None
            assert ended["expires_s"] == number(START_S + KEPT_S)
            item = revocation(session_id, time.time())
            assert abs(int(item["expires_s"]["N"]) - time.time() - KEPT_S) < 60
            await dynamo.aclose()

    async def test_a_revocation_that_was_not_removed_yet_harms_nobody(self, dynamo_url: str, databases: Any) -> None:
        async with one_store(dynamo_url, databases) as store:
            dynamo, old = Dynamo(dynamo_url), uuid4()
            await dynamo.put(REVOCATIONS, revocation(old, time.time() - KEPT_S - 300))
            assert not await store.revocations.has(old)
            await dynamo.aclose()

    async def test_when_it_is_away(self, databases: Any) -> None:
        url = "dynamodb://?region=eu-central-1&endpoint=http://127.0.0.1:1"
        async with one_store(url, databases) as store:
            with pytest.raises(Unavailable):
                await store.turn(uuid4())
            with pytest.raises(Unavailable):
                await WatchedRevocations(store.revocations).is_revoked(uuid4())
            dynamo = Dynamo(url)
            with pytest.raises(ConfigurationError, match="does not make tables"):
                await dynamo.create(TABLES)
            with suppress(ConfigurationError):
                await dynamo.aclose()

    @pytest.mark.parametrize(
        "url", ["dynamodb://host", "dynamodb://?regoin=x", "dynamodb://?prefix=a b", "dynamodb://?endpoint=x"]
    )
    def test_addresses_that_are_none(self, url: str) -> None:
        with pytest.raises(ConfigurationError):
            Dynamo(url)


@asynccontextmanager
async def one_store(url: str, databases: Any) -> AsyncIterator[Store]:
    dsn, clock = databases.create(databases.template("customers", migrate)), FixedClock(NOW)
    async with Database(dsn, pool_size=8) as database:
        stores = open_session_stores(url, database, clock)
        yield Store(database, clock, stores)
        await stores.aclose()
    databases.drop(dsn)
