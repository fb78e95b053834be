"""Writers that are killed in the middle of a batch, two at a time, leave a whole chain with every event once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import uuid4

from integration.audit.test_log import created, rows
from integration.audit.world import fill, use_cases_of
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.outbox import Outbox

WORKER = Path(__file__).with_name("worker.py")
TESTS = Path(__file__).resolve().parents[2]
EVENTS = 6_000
BATCH = 100
KILLS = 6


def start(dsn: str, keys_dir: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    return subprocess.Popen(
        [sys.executable, str(WORKER), dsn, str(keys_dir)], env=environment, stdout=subprocess.DEVNULL
    )


async def write_events(database: Database) -> None:
    for _ in range(EVENTS // BATCH):
        async with database.transaction() as session:
            events = [created(uuid4()) for _ in range(BATCH)]
            await Outbox("test", "test-events", database).write(session, events)
        await asyncio.sleep(0.1)


async def test_killed_writers_leave_a_chain_that_verifies(audit_dsn: str, tmp_path: Path) -> None:
    keys_dir, chance = tmp_path / "keys", random.Random(4711)
    async with Database(audit_dsn, pool_size=4) as database:
        audit = use_cases_of(database, keys_dir)
        await fill(audit, 1)
        workers = [start(audit_dsn, keys_dir) for _ in range(2)]
        try:
            writing = asyncio.create_task(write_events(database))
            seen = []
            for _ in range(KILLS):
                before = await database.fetchval("SELECT count(*) FROM audit.entry")
                for _ in range(600):  # something was written since: the kill lands between batches or inside one
                    if await database.fetchval("SELECT count(*) FROM audit.entry") > before or writing.done():
                        break
                    await asyncio.sleep(0.05)
                await asyncio.sleep(chance.uniform(0.0, 0.1))
                number = chance.randrange(2)
                workers[number].send_signal(signal.SIGKILL)
                workers[number].wait()
                seen.append((await audit.verify()).fault_count)
                workers[number] = start(audit_dsn, keys_dir)
            await writing
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        assert seen == [0] * KILLS
        for _ in range(50):  # a server process whose client was killed may still be ending its transaction
            await audit.follow()
            if await database.fetchval("SELECT count(*) FROM audit.entry") > EVENTS:
                break
            await asyncio.sleep(0.2)
        await audit.sign()
        verdict = await audit.verify()
        assert (verdict.rows, verdict.signed, verdict.faults) == (EVENTS + 1, EVENTS + 1, ())
        found = Counter(item.entry.object for item in await rows(audit, action="booking.created", limit=EVENTS))
        assert (len(found), set(found.values())) == (EVENTS, {1})
