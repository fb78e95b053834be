"""The last checkpoint beside the keys: who can write the database alone cannot take it back."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import msgspec

from wayfare.kernel.errors import ConfigurationError
from wayfare.services.audit.domain.checkpoint import Checkpoint


class CheckpointFile:
    """Implements the port `KeptCheckpoint`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self) -> Checkpoint | None:
        """None where none was made on this machine. Raises ConfigurationError for a file that is damaged."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Checkpoint)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise ConfigurationError(f"the last checkpoint {self._path} cannot be read: {error}") from None

    def keep(self, checkpoint: Checkpoint) -> None:
        handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(checkpoint))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
