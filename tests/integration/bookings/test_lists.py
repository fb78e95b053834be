"""A customer's list of bookings: the same cases over PostgreSQL and DynamoDB, and how the latter follows events."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from dynamo_tables import made_tables
from integration.bookings.world import Process
from wayfare.bootstrap.schema import EVENTS
from wayfare.infrastructure.dynamo import Dynamo, Item, number, text
from wayfare.infrastructure.events.broker import open_broker
from wayfare.infrastructure.events.consumer import Consumer
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.migrations import upgrade
from wayfare.services.bookings.adapters.dynamo_lists import BOOKINGS, TABLES, DynamoBookingLists
from wayfare.services.bookings.adapters.guests import PostgresGuests
from wayfare.services.bookings.adapters.private_fields import PrivateFields
from wayfare.services.bookings.adapters.store import PostgresBookingStore
from wayfare.services.bookings.entrypoints.events import list_subscriber

ADA, BOB = UUID(int=7), UUID(int=8)
KEPT_DAYS = 1095


@pytest.fixture
def dynamo_url(moto: str) -> str:
    return made_tables(moto, TABLES)


def private_of(process: Process) -> PrivateFields:
    return PrivateFields(KeyFile(process.world.keys_path))


class Lists:
    """Lists over one process's bookings. `follow`: until they have seen every event."""

    def __init__(self, process: Process, dynamo: Dynamo | None) -> None:
        self.process, self.store = process, PostgresBookingStore(process.database, private_of(process), 0, 3)
        self.dynamo = dynamo
        self.kept = DynamoBookingLists(dynamo, private_of(process), KEPT_DAYS) if dynamo else None
        self.read: Any = self.kept or self.store

    async def follow(self) -> None:
        if self.kept is not None:
            subscriber = list_subscriber(self.kept.renew)
            consumer = Consumer(subscriber, self.process.database, open_broker("postgres:", [self.store.outbox]))
            await consumer.take_in()
            await consumer.handle()
            await consumer.aclose()

    async def booked(self, owner: UUID = ADA, **changes: Any) -> UUID:
        made = await self.process.booked(**changes)
        booking_id = UUID(made["booking_id"])
        await self.process.database.execute(
            "UPDATE bookings.booking SET owner_id = $2 WHERE booking_id = $1", booking_id, owner
        )
        return booking_id

    async def item(self, booking_id: UUID) -> Item:
        assert self.dynamo is not None
        item = await self.dynamo.get(BOOKINGS, {"booking_id": text(booking_id)})
        assert item is not None
        return item

    async def ids(self, owner: UUID = ADA, before: UUID | None = None, limit: int = 20) -> list[UUID]:
        return [booking.booking_id for booking in await self.read.list_own(owner, before, limit)]


@asynccontextmanager
async def lists_of(process: Process, url: str | None) -> AsyncIterator[Lists]:
    await upgrade(process.world.dsn, [EVENTS])
    dynamo = Dynamo(url) if url else None
    yield Lists(process, dynamo)
    if dynamo is not None:
        await dynamo.aclose()


@pytest.fixture(params=["postgres", "dynamodb"])
async def lists(request: pytest.FixtureRequest, process: Process) -> AsyncIterator[Lists]:
    url = request.getfixturevalue("dynamo_url") if request.param == "dynamodb" else None
    async with lists_of(process, url) as made:
        yield made


@pytest.fixture
async def in_dynamo(process: Process, dynamo_url: str) -> AsyncIterator[Lists]:
    async with lists_of(process, dynamo_url) as made:
        yield made


class TestBoth:
    async def test_the_newest_first_page_by_page_and_nobody_elses(self, lists: Lists) -> None:
        mine = [await lists.booked() for _ in range(5)]
        await lists.booked(BOB)
        await lists.follow()
        assert await lists.ids() == mine[::-1]
        assert await lists.ids(limit=2) == mine[:2:-1]
        assert await lists.ids(before=mine[3], limit=2) == [mine[2], mine[1]]
        assert await lists.ids(before=mine[0]) == []
        assert await lists.ids(uuid4()) == []

    async def test_the_whole_booking_as_it_is(self, lists: Lists) -> None:
        booking_id = await lists.booked()
        await lists.follow()
        (listed,) = await lists.read.list_own(ADA, None, 20)
        assert listed == await lists.store.find_booking(booking_id)
        assert listed.contact.phone is not None
        if lists.dynamo is not None:
            item = await lists.item(booking_id)
            assert listed.contact.email in item["content"]["S"]
            assert listed.contact.phone not in item["content"]["S"], "it lies in `sealed`"
            assert item["sealed"]["B"]

    async def test_what_becomes_of_a_booking(self, lists: Lists) -> None:
        made = await lists.process.booked()
        booking_id = UUID(made["booking_id"])
        await lists.process.database.execute("UPDATE bookings.booking SET owner_id = $1", ADA)
        await lists.follow()
        headers = {"authorization": f"Bearer {made['access_token']}"}
        gone = await lists.process.http.delete(f"/v1/bookings/{made['locator']}", headers=headers)
        assert gone.status_code == 200
        await lists.follow()
        (listed,) = await lists.read.list_own(ADA, None, 20)
        assert (listed.booking_id, listed.state) == (booking_id, "cancelled")

    async def test_bookings_of_guests_are_in_no_list(self, lists: Lists) -> None:
        await lists.process.booked()
        await lists.follow()
        assert await lists.ids() == []


class TestDynamo:
    async def test_the_same_events_again_change_nothing(self, in_dynamo: Lists) -> None:
        await in_dynamo.booked()
        await in_dynamo.follow()
        before = await in_dynamo.read.list_own(ADA, None, 20)
        await in_dynamo.process.database.execute("TRUNCATE events.received, events.position")
        await in_dynamo.follow()
        assert await in_dynamo.read.list_own(ADA, None, 20) == before

    async def test_a_late_write_does_not_cover_a_newer_one(self, in_dynamo: Lists) -> None:
        booking_id, kept = await in_dynamo.booked(), in_dynamo.kept
        assert kept is not None
        now = await in_dynamo.store.find_booking(booking_id)
        assert now is not None
        await kept._put(msgspec.structs.replace(now, state="cancelled"), "2")
        await kept._put(now, "1")
        assert (await kept.list_own(ADA, None, 1))[0].state == "cancelled"
        await kept._put(now, "3")
        assert (await kept.list_own(ADA, None, 1))[0].state == "ticketed"

    async def test_who_deletes_their_account_leaves_nothing(self, in_dynamo: Lists) -> None:
        booking_id, kept = await in_dynamo.booked(), in_dynamo.kept
        assert kept is not None
        await in_dynamo.follow()
        stale = await in_dynamo.store.find_booking(booking_id)
        assert stale is not None
        guests = PostgresGuests(in_dynamo.process.database, in_dynamo.store.outbox, private_of(in_dynamo.process))
        async with in_dynamo.process.database.transaction() as session:
            await kept.leave(ADA, await guests.disown(session, ADA))
        assert await in_dynamo.ids() == []
        await kept._put(stale, "9")
        assert await in_dynamo.ids() == [], "also when somebody writes what they read before"
        item = await in_dynamo.item(booking_id)
        assert "content" not in item
        await kept._put(msgspec.structs.replace(stale, owner_id=BOB), "99")
        assert await in_dynamo.ids(BOB) == [booking_id], "and it can be claimed anew"

    async def test_what_has_expired_is_not_listed_though_it_is_still_there(self, in_dynamo: Lists) -> None:
        booking_id = await in_dynamo.booked()
        await in_dynamo.follow()
        assert in_dynamo.dynamo is not None
        item = dict(await in_dynamo.item(booking_id))
        assert int(item["expires_s"]["N"]) > time.time() + KEPT_DAYS * 86_400 - 86_400 * 40
        await in_dynamo.dynamo.put(BOOKINGS, item | {"expires_s": number(int(time.time()) - 10)})
        assert await in_dynamo.ids() == []

    async def test_a_page_is_full_though_something_on_it_has_expired(self, in_dynamo: Lists) -> None:
        booked = [await in_dynamo.booked() for _ in range(3)]
        await in_dynamo.follow()
        assert in_dynamo.dynamo is not None
        item = dict(await in_dynamo.item(booked[1]))
        await in_dynamo.dynamo.put(BOOKINGS, item | {"expires_s": number(1)})
        assert await in_dynamo.ids(limit=2) == [booked[2], booked[0]]

    async def test_a_new_table_has_what_was_booked_before(self, process: Process, moto: str) -> None:
        dynamo = Dynamo(f"dynamodb://?region=eu-central-1&prefix=test-{uuid4().hex[:8]}&endpoint={moto}")
        made = Lists(process, dynamo)
        booked = [await made.booked() for _ in range(3)]
        await process.booked()
        assert made.kept is not None
        assert len(await made.kept.make(process.database)) == 1
        assert await made.ids() == booked[::-1]
        assert await made.kept.make(process.database) == []
        await dynamo.aclose()
