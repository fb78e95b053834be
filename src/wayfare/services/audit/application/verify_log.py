"""Verify a log: every row, every checkpoint."""

from __future__ import annotations

from wayfare.services.audit.application.ports import KeptCheckpoint, Keys, Log, LogReader
from wayfare.services.audit.domain.verification import Verdict, Verification


class VerifyLog:
    def __init__(self, log: Log, keys: Keys, kept: KeptCheckpoint) -> None:
        self._log, self._keys, self._kept = log, keys, kept

    async def __call__(self) -> Verdict:
        """Reads the whole log as it is at this moment. Raises Unavailable, ConfigurationError."""
        kept = self._kept.find()  # before the log: it grows meanwhile
        check = Verification(self._keys.public_keys())
        async with self._log.read() as reader:
            for table in await reader.unguarded():
                check.fault("unguarded", 0, f"rows of {table} can be altered: its triggers are gone or disabled")
            await feed(check, reader)
        return check.finish(kept)


async def feed(check: Verification, reader: LogReader) -> None:
    async for checkpoint in reader.checkpoints():
        check.checkpoint(checkpoint)
    async for entry in reader.entries():
        check.entry(entry)
