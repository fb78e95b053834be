"""An export: JSON lines, all checkpoints by number, then all rows by number.

    {"checkpoint": {"number": 1, "at_us": …, "seq": …, "hash": "…", "previous": "…", "key_id": "…", "signature": "…"}}
    {"entry": {"seq": 1, "noted_us": …, "at_us": …, "actor": "…", …, "previous": "…", "hash": "…"}}

Bytes are in base64. Personal values stay encrypted.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec

from wayfare.kernel.errors import ConfigurationError
from wayfare.services.audit.application.ports import LogReader
from wayfare.services.audit.domain.checkpoint import Checkpoint
from wayfare.services.audit.domain.entry import Entry


class CheckpointLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    checkpoint: Checkpoint


class EntryLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entry: Entry


async def write_export(reader: LogReader, target: IO[bytes]) -> tuple[int, int]:
    """How many rows and checkpoints were written."""
    rows = checkpoints = 0
    async for checkpoint in reader.checkpoints():
        target.write(msgspec.json.encode(CheckpointLine(checkpoint)) + b"\n")
        checkpoints += 1
    async for entry in reader.entries():
        target.write(msgspec.json.encode(EntryLine(entry)) + b"\n")
        rows += 1
    return rows, checkpoints


class ExportReader:
    """Implements the port `LogReader` on a file. Lines it cannot read are in `unreadable`, counted from 1."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigurationError when there is no such file."""
        if not path.is_file():
            raise ConfigurationError(f"{path} is not a file")
        self._path = path
        self.unreadable: list[int] = []

    async def checkpoints(self) -> AsyncIterator[Checkpoint]:
        for number, line in self._lines():
            if line.startswith(b'{"checkpoint"'):
                found = self._decoded(number, line, CheckpointLine)
                if found is not None:
                    yield found.checkpoint

    async def entries(self) -> AsyncIterator[Entry]:
        for number, line in self._lines():
            if not line.startswith(b'{"checkpoint"'):
                found = self._decoded(number, line, EntryLine)
                if found is not None:
                    yield found.entry

    async def unguarded(self) -> Sequence[str]:
        return []

    def _lines(self) -> Any:
        with self._path.open("rb") as file:
            yield from enumerate(file, 1)

    def _decoded(self, number: int, line: bytes, form: Any) -> Any:
        try:
            return msgspec.json.decode(line, type=form)
        except msgspec.MsgspecError:
            self.unreadable.append(number)
            return None
