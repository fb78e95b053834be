"""A real process for the tests, to be killed: `worker.py write|relay|consume DSN URL [COUNT SEED]`.

The consumer keeps what it handled in `test.effect`; a handler fails now and then.
"""

from __future__ import annotations

import asyncio
import random
import sys
from typing import ClassVar
from uuid import UUID

import msgspec

from wayfare.contracts.events import EventData
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.broker import open_broker
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.infrastructure.events.consumer import Consumer, Subscriber
from wayfare.infrastructure.events.jobs import consumer_jobs, outbox_jobs
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.jobs import JobRunner

TOPIC = "test-events"
WRITERS = 8
TABLES = """
CREATE TABLE test.thing (key uuid PRIMARY KEY, n integer NOT NULL DEFAULT 0);
CREATE TABLE test.effect (
    at bigint GENERATED ALWAYS AS IDENTITY, identity text NOT NULL, key uuid NOT NULL, n integer NOT NULL);
"""


class Turned(EventData, frozen=True):
    TYPE: ClassVar[str] = "thing.turned"
    TOPIC: ClassVar[str] = TOPIC

    thing: UUID
    n: int

    @property
    def key(self) -> str:
        return str(self.thing)


async def write(dsn: str, count: int, seed: int) -> None:
    """`count` turns of things, by several connections at once; some commit late."""
    chance = random.Random(seed)
    left = iter(range(count))
    async with Database(dsn, pool_size=WRITERS) as database:
        outbox = Outbox("test", TOPIC, database)
        things = [row[0] for row in await database.fetch("SELECT key FROM test.thing")]

        async def turn() -> None:
            for _ in left:
                while not await one(chance.choice(things)):
                    pass

        async def one(thing: UUID) -> bool:
            async with database.transaction() as session:
                n = await session.fetchval("SELECT n FROM test.thing WHERE key = $1", thing)
                # As everywhere: whoever turns a thing names the state it has seen.
                turned = "UPDATE test.thing SET n = n + 1 WHERE key = $1 AND n = $2 RETURNING n"
                if await session.fetchval(turned, thing, n) is None:
                    return False
                await outbox.write(session, [Turned(thing, n + 1)])
                if chance.random() < 0.02:
                    await asyncio.sleep(chance.uniform(0, 0.1))
            return True

        await asyncio.gather(*(turn() for _ in range(WRITERS)))


async def handle(session: Session, event: CloudEvent) -> None:
    turned = msgspec.json.decode(event.data, type=Turned)
    await session.execute(
        "INSERT INTO test.effect (identity, key, n) VALUES ($1, $2, $3)", event.identity, turned.thing, turned.n
    )
    if random.random() < 0.01:
        raise RuntimeError("bad luck")


async def serve(role: str, dsn: str, url: str) -> None:
    """Relay or consume until killed."""
    async with Database(dsn, pool_size=4) as database:
        outbox = Outbox("test", TOPIC, database)
        broker = open_broker(url, [outbox])
        if role == "relay":
            jobs = outbox_jobs(outbox, broker, 7)
        else:
            subscriber = Subscriber("tester", {TOPIC: {Turned.TYPE: handle}}, first_pause_s=0.05)
            jobs = consumer_jobs([Consumer(subscriber, database, broker)], 7)
        await JobRunner(jobs, database).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    role, dsn, url, *rest = sys.argv[1:]
    if role == "write":
        asyncio.run(write(dsn, int(rest[0]), int(rest[1])))
    else:
        asyncio.run(serve(role, dsn, url))
