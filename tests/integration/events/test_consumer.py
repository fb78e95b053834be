"""A consumer in one process: copies, retries, dead letters, replay, and what the outbox drops."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from integration.events.worker import TOPIC, Turned
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.broker import open_broker
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.infrastructure.events.consumer import Consumer, Subscriber, forget_received
from wayfare.infrastructure.events.dead_letters import DeadLetters, replay
from wayfare.infrastructure.events.outbox import START, Outbox
from wayfare.kernel.errors import NotFound

A, B = UUID(int=1), UUID(int=2)


class Desk:
    """An outbox, a consumer of it, and what it handled. `broken`: things whose events cannot be handled."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.outbox = Outbox("test", TOPIC, database)
        self.broken: set[UUID] = set()
        self.handled: list[tuple[UUID, int]] = []
        subscriber = Subscriber("desk", {TOPIC: {Turned.TYPE: self.handle}}, attempts_max=3, first_pause_s=0.0)
        self.consumer = Consumer(subscriber, database, open_broker("postgres:", [self.outbox]))

    async def handle(self, session: Session, event: CloudEvent) -> None:
        turned = msgspec.json.decode(event.data, type=Turned)
        if turned.thing in self.broken:
            await session.execute("SELECT 1 / 0")
        self.handled.append((turned.thing, turned.n))

    async def happen(self, *turns: tuple[UUID, int]) -> None:
        async with self.database.transaction() as session:
            await self.outbox.write(session, [Turned(thing, n) for thing, n in turns])

    async def work(self) -> None:
        await self.consumer.take_in()
        await self.consumer.handle()


@pytest.fixture
async def desk(events_dsn: str) -> AsyncIterator[Desk]:
    async with Database(events_dsn, pool_size=4) as database:
        yield Desk(database)


class TestConsumer:
    async def test_handles_what_happened_in_order(self, desk: Desk) -> None:
        await desk.happen((A, 1), (B, 1), (A, 2))
        await desk.work()
        assert desk.handled == [(A, 1), (B, 1), (A, 2)]
        await desk.work()
        assert len(desk.handled) == 3

    async def test_what_is_rolled_back_did_not_happen(self, desk: Desk) -> None:
        async with desk.database.acquire() as session:
            transaction = session.transaction()
            await transaction.start()
            await desk.outbox.write(session, [Turned(A, 1)])
            await transaction.rollback()
        await desk.work()
        assert desk.handled == []

    async def test_a_transaction_that_commits_late_is_not_missed(self, desk: Desk) -> None:
        late = await asyncpg.connect(desk.database.dsn)
        slow = late.transaction()
        await slow.start()
        await desk.outbox.write(late, [Turned(A, 1)])
        await desk.happen((B, 1))
        await desk.work()
        assert desk.handled == []
        await slow.commit()
        await late.close()
        await desk.work()
        assert desk.handled == [(A, 1), (B, 1)]

    async def test_a_second_copy_is_dropped(self, desk: Desk) -> None:
        await desk.happen((A, 1))
        await desk.work()
        await desk.database.execute("UPDATE events.position SET position = ''")
        await desk.consumer.aclose()
        await desk.work()
        assert desk.handled == [(A, 1)]

    async def test_later_events_of_a_key_wait_for_the_one_in_trouble(self, desk: Desk) -> None:
        desk.broken = {A}
        await desk.happen((A, 1), (B, 1), (A, 2))
        await desk.consumer.take_in()
        await desk.consumer._handle_batch()
        assert desk.handled == [(B, 1)]
        desk.broken = set()
        await desk.work()
        assert desk.handled == [(B, 1), (A, 1), (A, 2)]

    async def test_identities_are_forgotten_in_time(self, desk: Desk) -> None:
        await desk.happen((A, 1))
        await desk.work()
        await forget_received(desk.database, 8)
        assert await desk.database.fetchval("SELECT count(*) FROM events.received") == 1
        await desk.database.execute("UPDATE events.received SET received_at = now() - interval '9 days'")
        await forget_received(desk.database, 8)
        assert await desk.database.fetchval("SELECT count(*) FROM events.received") == 0


class TestInterest:
    """A subscriber of whom nobody may want anything."""

    async def test_nothing_is_read_until_somebody_wants_it_and_then_only_that(self, desk: Desk) -> None:
        wanted: set[str] | None = None

        async def interest() -> Callable[[CloudEvent], bool] | None:
            return None if wanted is None else lambda event: event.partitionkey in wanted

        subscriber = Subscriber("desk", desk.consumer.subscriber.topics, interest=interest)
        desk.consumer = Consumer(subscriber, desk.database, open_broker("postgres:", [desk.outbox]))
        await desk.happen((A, 1), (B, 1))
        await desk.work()
        assert await desk.database.fetchval("SELECT count(*) FROM events.position") == 0
        wanted = {str(A)}
        await desk.work()
        assert desk.handled == [(A, 1)]
        wanted = None
        await desk.happen((A, 2))
        await desk.work()
        wanted = {str(A), str(B)}
        await desk.happen((B, 2))
        await desk.work()
        assert desk.handled == [(A, 1), (B, 2)]
        assert await desk.database.fetchval("SELECT count(*) FROM events.received") == 2


class TestDeadLetters:
    async def test_past_the_limit_it_is_parked_with_its_error(self, desk: Desk) -> None:
        desk.broken = {A}
        await desk.happen((A, 1), (B, 1))
        await desk.work()
        (letter,) = await DeadLetters(desk.database).oldest(None, 10)
        assert (letter.consumer, letter.type, letter.key, letter.attempts) == ("desk", Turned.TYPE, str(A), 3)
        assert "DivisionByZero" in letter.error
        assert desk.handled == [(B, 1)]

    async def test_retry_hands_it_over_again(self, desk: Desk) -> None:
        desk.broken = {A}
        await desk.happen((A, 1))
        await desk.work()
        letters = DeadLetters(desk.database)
        desk.broken = set()
        assert await letters.retry(await letters.all_of("desk")) == 1
        await desk.work()
        assert desk.handled == [(A, 1)]
        assert await letters.oldest(None, 10) == []

    async def test_drop_forgets_it(self, desk: Desk) -> None:
        desk.broken = {A}
        await desk.happen((A, 1))
        await desk.work()
        letters = DeadLetters(desk.database)
        (letter,) = await letters.oldest("desk", 10)
        assert '"n":1' in (await letters.get(letter.id)).event
        assert await letters.drop([letter.id]) == 1
        with pytest.raises(NotFound):
            await letters.get(letter.id)


class TestReplay:
    async def test_every_kept_event_comes_once_more(self, desk: Desk) -> None:
        await desk.happen((A, 1), (A, 2))
        await desk.work()
        desk.handled.clear()
        assert await replay(desk.database, [desk.outbox], "desk", None, None) == 2
        await desk.work()
        assert desk.handled == [(A, 1), (A, 2)]

    async def test_since_a_moment(self, desk: Desk) -> None:
        await desk.happen((A, 1))
        await desk.work()
        since = datetime.now(UTC) + timedelta(hours=1)
        assert await replay(desk.database, [desk.outbox], "desk", None, since) == 0

    async def test_an_unknown_consumer_is_refused(self, desk: Desk) -> None:
        with pytest.raises(NotFound, match="nobody"):
            await replay(desk.database, [desk.outbox], "nobody", None, None)


class TestOutbox:
    async def test_old_days_are_dropped_unless_they_wait_for_the_broker(self, desk: Desk) -> None:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        await desk.database.execute(
            "INSERT INTO test.outbox (made_at, key, type, payload) VALUES ($1, $2, 'thing.turned', '{}')", yesterday, A
        )
        assert await desk.outbox.remove_old(0, relayed=True) == []
        stored = await desk.outbox.read(START, 10)
        await desk.outbox.note_relayed(stored.position)
        assert await desk.outbox.remove_old(0, relayed=True) == [f"outbox_{yesterday:%Y_%m_%d}"]

    async def test_the_cursor_never_goes_back(self, desk: Desk) -> None:
        await desk.outbox.note_relayed("200-7")
        await desk.outbox.note_relayed("99-9")
        assert await desk.outbox.relayed() == "200-7"


class TestBatches:
    """A subscriber that can handles what is due in one go."""

    @staticmethod
    def desk_of(desk: Desk, together: list[list[tuple[UUID, int]]], share: float = 1.0) -> Consumer:
        async def batch(session: Session, events: Sequence[CloudEvent]) -> None:
            before = len(desk.handled)
            for event in events:
                await desk.handle(session, event)
            together.append(desk.handled[before:])
            del desk.handled[before:]

        handlers = {TOPIC: {Turned.TYPE: desk.handle}}
        subscriber = Subscriber("batches", handlers, batch, share, attempts_max=3, first_pause_s=0.0)
        return Consumer(subscriber, desk.database, open_broker("postgres:", [desk.outbox]))

    async def test_takes_all_that_is_due_together_in_order(self, desk: Desk) -> None:
        together: list[list[tuple[UUID, int]]] = []
        consumer = self.desk_of(desk, together)
        await desk.happen((A, 1), (B, 1), (A, 2))
        await consumer.take_in()
        await consumer.handle()
        await consumer.handle()
        assert (together, desk.handled) == ([[(A, 1), (B, 1), (A, 2)]], [])

    async def test_one_that_fails_fails_alone(self, desk: Desk) -> None:
        together: list[list[tuple[UUID, int]]] = []
        consumer = self.desk_of(desk, together)
        desk.broken = {A}
        await desk.happen((A, 1), (B, 1))
        await consumer.take_in()
        await consumer.handle()
        assert together == []
        assert (B, 1) in desk.handled
        dead = await desk.database.fetch("SELECT key FROM events.dead_letter WHERE consumer = 'batches'")
        assert [row["key"] for row in dead] == [str(A)]

    async def test_rests_for_its_share(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        pauses: list[float] = []
        sleep = asyncio.sleep

        async def recorded(seconds: float) -> None:
            if sys._getframe(1).f_code.co_name == "_rest":
                pauses.append(seconds)
            await sleep(seconds)

        monkeypatch.setattr(asyncio, "sleep", recorded)
        for share, rounds in ((0.5, 2), (1.0, 0)):
            pauses.clear()
            consumer = self.desk_of(desk, [], share)
            await desk.happen((A, 1), (B, 1))
            await consumer.take_in()
            await consumer.handle()
            assert len(pauses) == rounds
