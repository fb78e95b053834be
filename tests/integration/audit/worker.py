"""A real process for the tests, to be killed: `worker.py DSN KEYS_DIR` follows events and signs without end."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from integration.audit.world import use_cases_of
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.services.audit.adapters.outbox_source import OutboxSource
from wayfare.services.audit.application.follow_events import FollowEvents


async def main(dsn: str, keys_dir: Path) -> None:
    async with Database(dsn, pool_size=4, application_name="audit-worker") as database:
        audit = use_cases_of(database, keys_dir)
        outbox = Outbox("test", "test-events", database)
        follow = FollowEvents(audit.log, [OutboxSource(outbox)], lag=timedelta(0), rest=0.0)
        while True:
            await follow()
            await audit.sign()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
