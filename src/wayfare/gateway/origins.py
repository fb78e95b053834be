"""Where requests that write came from, told to the audit service in batches, beside the requests.

What was done is told by events, which are never lost. From where is not worth a write to disk within each request:
a process that is killed takes the addresses of its last quarter of a second with it.
"""

from __future__ import annotations

import asyncio
from collections import deque

import structlog
from starlette.types import Scope

from wayfare.contracts.audit.api import AuditApi, NoteOrigins, Origin
from wayfare.kernel.errors import WayfareError

log = structlog.get_logger()

EVERY_S = 0.25
BATCH = 1_000
KEPT_MAX = 100_000
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_TOLD = ("/v1/holds", "/rpc/")
"""Holds are inventory's traffic and change nothing for good; rpc comes from our own processes."""


class OriginNotes:
    def __init__(self, audit: AuditApi) -> None:
        self._audit = audit
        self._notes: deque[Origin] = deque(maxlen=KEPT_MAX)  # the oldest go when nobody takes them
        self._task: asyncio.Task[None] | None = None

    def note(self, scope: Scope, correlation_id: str) -> None:
        """To be called when a request begins: before what it does can have been recorded."""
        client = scope["client"]
        if scope["method"] not in _READS and client is not None and not scope["path"].startswith(_NOT_TOLD):
            self._notes.append(Origin(correlation_id, client[0]))

    def start(self) -> None:
        self._task = asyncio.create_task(self._tell_for_ever(), name="origins")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.tell()

    async def tell(self) -> None:
        """Tell what has been noted; it stays noted when the audit service does not answer."""
        while self._notes:
            batch = [self._notes.popleft() for _ in range(min(BATCH, len(self._notes)))]
            try:
                await self._audit.note_origins(NoteOrigins(tuple(batch)))
            except BaseException as error:
                self._notes.extendleft(reversed(batch))
                if not isinstance(error, WayfareError):
                    raise
                log.warning("origins.not_told", waiting=len(self._notes), error=error.detail)
                return

    async def _tell_for_ever(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self.tell()
