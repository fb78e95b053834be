"""Processes that are killed at random while events flow, and what must be true afterwards."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from wayfare.infrastructure import events, upkeep
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.broker import open_broker
from wayfare.infrastructure.events.outbox import Outbox, outbox_tables
from wayfare.infrastructure.migrations import ServiceMigrations, upgrade
from wayfare.kernel.errors import Unavailable

THINGS = 200
PATIENCE_S = 600.0
WORKER = Path(__file__).with_name("worker.py")
MIGRATIONS = [
    ServiceMigrations("events", Path(events.__path__[0]) / "migrations"),
    ServiceMigrations("upkeep", Path(upkeep.__path__[0]) / "migrations"),
]


async def prepare(dsn: str) -> None:
    """The tables of events, and a service `test` with an outbox and some things to turn."""
    await upgrade(dsn, MIGRATIONS)
    from integration.events.worker import TABLES, TOPIC

    async with Database(dsn, pool_size=2) as database:
        await database.execute("CREATE SCHEMA test")
        for statement in (*outbox_tables("test"), *filter(str.strip, TABLES.split(";"))):
            await database.execute(statement)
        await database.executemany("INSERT INTO test.thing (key) VALUES ($1)", [(uuid4(),) for _ in range(THINGS)])
        await Outbox("test", TOPIC, database).prepare()


class Crowd:
    """The relay and the consumer as processes, each replaced when it is killed."""

    def __init__(self, dsn: str, url: str, roles: tuple[str, ...]) -> None:
        self._dsn, self._url = dsn, url
        self.killed: dict[str, int] = dict.fromkeys(roles, 0)
        self.running = {role: self.start(role) for role in roles}

    def start(self, role: str, *rest: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, str(WORKER), role, self._dsn, self._url, *rest])

    def kill(self, role: str) -> None:
        self.running[role].send_signal(signal.SIGKILL)
        self.running[role].wait()
        self.killed[role] += 1
        self.running[role] = self.start(role)

    def stop(self) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()


async def run_through(dsn: str, url: str, *, relays: bool, count: int, kills: int) -> dict[str, Any]:
    """Write `count` events while relay and consumer are killed at random; waits until all are handled."""
    if relays:
        await _make_queue(url)
    chance = random.Random(4711)
    crowd = Crowd(dsn, url, ("consume", "relay") if relays else ("consume",))
    connection = await asyncpg.connect(dsn)
    try:
        await _wait(connection, "SELECT count(*) FROM events.position", 1, 60.0)
        writers = [crowd.start("write", str(count // 2), str(seed)) for seed in (1, 2)]
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.4, 1.6))
            crowd.kill(chance.choice(list(crowd.running)))
        for writer in writers:
            assert writer.wait(PATIENCE_S) == 0
        done = await _wait(connection, "SELECT count(*) FROM test.effect", count, PATIENCE_S)
        await asyncio.sleep(1.0)  # a copy too many would come now
        return {"handled": done, "killed": crowd.killed, **await _verdict(connection)}
    finally:
        crowd.stop()
        await connection.close()


async def _make_queue(url: str) -> None:
    """The consumer's, before anything is written: a queue takes in only what comes after it was made."""
    from integration.events.worker import TOPIC

    deadline = time.monotonic() + 60.0
    broker = open_broker(url, [])
    while True:
        try:
            subscription = await broker.subscribe(TOPIC, "tester", "")
            break
        except Unavailable:
            assert time.monotonic() < deadline, "the broker gives no queue"
            await asyncio.sleep(0.2)
    await subscription.aclose()
    await broker.aclose()


async def _wait(connection: Any, query: str, wanted: int, patience_s: float) -> int:
    deadline = time.monotonic() + patience_s
    while (found := await connection.fetchval(query)) < wanted:
        assert time.monotonic() < deadline, f"{query}: {found} of {wanted} after {patience_s} s"
        await asyncio.sleep(0.2)
    return int(found)


async def _verdict(connection: Any) -> dict[str, int]:
    """Compares what was handled with what was written."""
    row = await connection.fetchrow(
        """
        WITH ordered AS (
            SELECT n, row_number() OVER (PARTITION BY key ORDER BY at) AS place FROM test.effect
        )
        SELECT (SELECT count(*) FROM test.outbox) AS written,
               (SELECT count(*) FROM test.effect) AS effects,
               (SELECT count(DISTINCT identity) FROM test.effect) AS distinct_effects,
               (SELECT sum(n) FROM test.thing) AS turns,
               (SELECT count(*) FROM ordered WHERE n <> place) AS out_of_order,
               (SELECT count(*) FROM events.waiting) AS waiting,
               (SELECT count(*) FROM events.dead_letter) AS dead
        """
    )
    return dict(row)
