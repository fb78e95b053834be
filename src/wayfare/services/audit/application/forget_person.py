"""Erase what the log knows of a person: their key is destroyed, the chain stays whole."""

from __future__ import annotations

from wayfare.contracts.audit.api import RecordWrites, WriteDone
from wayfare.kernel.errors import NotFound
from wayfare.services.audit.application.ports import Log
from wayfare.services.audit.application.record_writes import Record


class ForgetPerson:
    def __init__(self, log: Log) -> None:
        self._log, self._record = log, Record(log)

    async def __call__(self, person: str, by: WriteDone) -> None:
        """`by`: what is recorded about it. Raises NotFound when nothing personal is kept of them (any more)."""
        if not await self._log.forget(person):
            raise NotFound(f"nothing personal is kept of {person!r}")
        await self._record(RecordWrites((by,)))
