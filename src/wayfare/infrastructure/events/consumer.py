"""A consumer: takes events in once, handles each in its own transaction, in order per key.

    broker ──take──> received + waiting + position      one transaction; copies are recognised and dropped
    waiting ──handle──> the consumer's own tables       one transaction with the removal from waiting
       └ raises: tried again with growing pauses, later events of the same key wait; past the limit: dead letter

So an event is handled exactly once in effect, whatever is killed in between, as long as the effect is in the
consumer's database. What a handler does outside has to be idempotent.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import structlog

from wayfare.infrastructure import tracing
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events import inbox_sql as sql
from wayfare.infrastructure.events.broker import Broker, Subscription, Taken
from wayfare.infrastructure.events.cloud_event import CloudEvent, decode_event
from wayfare.infrastructure.locks import lock_key
from wayfare.infrastructure.metrics import Counter

log = structlog.get_logger()

Handler: TypeAlias = Callable[[Session, CloudEvent], Awaitable[None]]
"""Does what the event means, by the session's transaction. Raises: tried again later."""
Interest: TypeAlias = Callable[[], Awaitable[Callable[[CloudEvent], bool] | None]]
"""Asked for each batch: which events are worth keeping now. None: nobody wants any."""

BatchHandler: TypeAlias = Callable[[Session, Sequence[CloudEvent]], Awaitable[None]]
"""The same for all events that are due, in their order. Raises: each is handled alone."""

TAKE_MAX = 500
HANDLE_MAX = 200
WAIT_S = 0.5
PACE_S = 0.25
ROUNDS_MAX = 200
ROUNDS_S_MAX = 30.0
REST_S_MAX = 5.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 600.0
ATTEMPTS_MAX = 12
"""Twelve attempts with these pauses are some 50 minutes."""
ERROR_CHARS_MAX = 2_000
HANDLED = Counter("wayfare_events_handled", "Events a consumer has dealt with", ["consumer", "outcome"])


@dataclass(frozen=True)
class Subscriber:
    """Who wants which events: a handler by the event's type for each topic. Types without one are passed over.

    `name` is for good: what was received and how far it read is kept under it. With `interest` the broker is not
    asked for anything until somebody wants something; from then on what nobody wants is passed over. `pace_s`: from
    one round of intake or handling to the next. `share`: how much of the time it may work at most; what nobody waits
    for leaves the machine to those who do.
    """

    name: str
    topics: Mapping[str, Mapping[str, Handler]]
    batch: BatchHandler | None = None
    share: float = 1.0
    attempts_max: int = ATTEMPTS_MAX
    first_pause_s: float = FIRST_PAUSE_S
    interest: Interest | None = None
    pace_s: float = PACE_S


class Consumer:
    """A subscriber at work in `database`, which has the tables of the schema `events`."""

    def __init__(self, subscriber: Subscriber, database: Database, broker: Broker) -> None:
        self.subscriber, self.database, self._broker = subscriber, database, broker
        self._open: dict[str, Subscription] = {}
        self._lock = lock_key(f"consumer:{subscriber.name}")

    async def take_in(self) -> None:
        """One round of the intake: what the broker has, of every topic. Raises what went wrong; safe to repeat."""
        if self._open or await self._is_wanted():
            await asyncio.gather(*(self._take_in(topic) for topic in self.subscriber.topics))

    async def handle(self) -> None:
        """One round of handling: everything that is due."""
        until = time.monotonic() + ROUNDS_S_MAX
        for _ in range(ROUNDS_MAX):
            started = time.monotonic()
            if await self._handle_batch() == 0 or started > until:
                return
            await self._rest(started)

    async def aclose(self) -> None:
        for topic in list(self._open):
            await self._close(topic)

    async def _take_in(self, topic: str) -> None:
        try:
            until = time.monotonic() + ROUNDS_S_MAX
            for _ in range(ROUNDS_MAX):
                subscription = self._open.get(topic) or await self._subscribe(topic)
                started = time.monotonic()
                taken = await subscription.take(TAKE_MAX, WAIT_S)
                if taken is None:
                    return
                await self._keep(topic, taken)
                await subscription.done(taken)
                if started > until:
                    return
                await self._rest(started)
        except BaseException:
            # Nobody knows what this subscription believes it has given: read on from what is kept.
            await self._close(topic)
            raise

    async def _is_wanted(self) -> bool:
        """Whether somebody wants events, or has wanted them: then a queue may be filling for us."""
        interest = self.subscriber.interest
        if interest is None or await interest() is not None:
            return True
        return bool(await self.database.fetchval(sql.IS_REGISTERED, self.subscriber.name))

    async def _rest(self, started: float) -> None:
        """Pause after work that began then, as long as our share of the time asks for."""
        if self.subscriber.share < 1.0:
            pause = (time.monotonic() - started) * (1.0 / self.subscriber.share - 1.0)
            await asyncio.sleep(min(pause, REST_S_MAX))

    async def _subscribe(self, topic: str) -> Subscription:
        name = self.subscriber.name
        async with self.database.acquire() as session:
            await session.execute(sql.REGISTER, name, topic)
            position = await session.fetchval(sql.POSITION, name, topic)
        self._open[topic] = await self._broker.subscribe(topic, name, position)
        return self._open[topic]

    async def _close(self, topic: str) -> None:
        subscription = self._open.pop(topic, None)
        if subscription is not None:
            try:
                await subscription.aclose()
            except Exception as error:  # noqa: BLE001  it is given up anyway
                log.warning("subscription.not_closed", topic=topic, error=repr(error))

    async def _keep(self, topic: str, taken: Taken) -> None:
        """Remember and queue what is new, and how far we read."""
        wanted = [event for event in taken.events if event.type in self.subscriber.topics[topic]]
        if self.subscriber.interest is not None:
            # Asked after they were taken: whoever was there when an event happened is known now.
            wants = await self.subscriber.interest()
            wanted = [event for event in wanted if wants is not None and wants(event)]
        events: dict[str, CloudEvent] = {}
        for event in wanted:
            events.setdefault(event.identity, event)
        async with self.database.transaction() as session:
            await session.execute(sql.LOCK, self._lock)
            new = {row[0] for row in await session.fetch(sql.RECEIVE, self.subscriber.name, sorted(events))}
            fresh = [event for identity, event in events.items() if identity in new]
            if fresh:
                keys = [event.partitionkey for event in fresh]
                texts = [event.encode().decode() for event in fresh]
                await session.execute(sql.QUEUE, self.subscriber.name, topic, keys, texts)
            if taken.position:
                await session.execute(sql.SET_POSITION, self.subscriber.name, topic, taken.position)

    async def _handle_batch(self) -> int:
        """Handle what is due in one transaction; how many were handled, postponed or buried."""
        name = self.subscriber.name
        async with self.database.transaction() as session:
            await session.execute(sql.LOCK, self._lock)
            rows = await session.fetch(sql.DUE, name, HANDLE_MAX)
            handled = await self._handle_together(session, rows) or await self._handle_each(session, rows)
            if handled:
                await session.execute(sql.HANDLED, name, handled)
        HANDLED.labels(name, "done").inc(len(handled))
        return len(rows)

    async def _handle_together(self, session: Session, rows: Sequence[Any]) -> list[int]:
        """All in one go where the subscriber can; none when one of them is in the way."""
        if self.subscriber.batch is None or len(rows) < 2:
            return []
        try:
            async with session.transaction():
                events = [(row["topic"], decode_event(row["event"])) for row in rows]
                due = [event for topic, event in events if self._handler(topic, event)]
                with tracing.handling(self.subscriber.name, due):
                    await self.subscriber.batch(session, due)
        except Exception as error:  # noqa: BLE001  alone, each shows its own trouble
            log.info("events.parted", consumer=self.subscriber.name, count=len(rows), error=repr(error))
            return []
        return [row["seq"] for row in rows]

    async def _handle_each(self, session: Session, rows: Sequence[Any]) -> list[int]:
        handled: list[int] = []
        stuck: set[str] = set()
        for row in rows:
            if row["key"] in stuck:
                continue
            try:
                async with session.transaction():
                    await self._dispatch(session, row["topic"], decode_event(row["event"]))
            except Exception as error:  # noqa: BLE001  one event's trouble is not the others'
                if await self._failed(session, row, error):
                    stuck.add(row["key"])
            else:
                handled.append(row["seq"])
        return handled

    async def _dispatch(self, session: Session, topic: str, event: CloudEvent) -> None:
        handler = self._handler(topic, event)
        if handler is not None:
            with tracing.handling(self.subscriber.name, [event]):
                await handler(session, event)

    def _handler(self, topic: str, event: CloudEvent) -> Handler | None:
        return self.subscriber.topics.get(topic, {}).get(event.type)

    async def _failed(self, session: Session, row: Any, error: Exception) -> bool:
        """Put it off, or give it up; whether later events of its key have to wait."""
        name, attempts = self.subscriber.name, row["attempts"] + 1
        said = f"{type(error).__name__}: {error}"[:ERROR_CHARS_MAX]
        facts = {"consumer": name, "key": row["key"], "attempts": attempts, "error": said}
        if attempts < self.subscriber.attempts_max:
            await session.execute(sql.POSTPONE, name, row["seq"], self._pause_s(attempts), said)
            HANDLED.labels(name, "postponed").inc()
            log.warning("event.postponed", **facts)
            return True
        event = decode_event(row["event"])
        await session.execute(sql.BURY, name, row["topic"], row["key"], event.type, row["event"], said, attempts)
        await session.execute(sql.HANDLED, name, [row["seq"]])
        HANDLED.labels(name, "dead").inc()
        log.error("event.dead", type=event.type, **facts)
        return False

    def _pause_s(self, attempts: int) -> float:
        pause = min(self.subscriber.first_pause_s * 2.0 ** (attempts - 1), LONGEST_PAUSE_S)
        return pause * random.uniform(0.8, 1.2)


async def forget_received(database: Database, kept_days: int) -> None:
    """Identities older than any copy can be."""
    while (await database.execute(sql.FORGET, kept_days)).removeprefix("DELETE ") != "0":
        pass
