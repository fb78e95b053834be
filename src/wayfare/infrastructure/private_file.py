"""A small file of secrets: readable by its owner alone, shared by several processes.

It is made once however many start at the same time; changes are made under a lock, are on disk before they count and
appear whole; everybody follows the changes of the others.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from wayfare.kernel.errors import ConfigurationError

Content = TypeVar("Content")


class PrivateFile(Generic[Content]):
    """`Content` is what `opened` makes of the file's bytes; a struct to be written as JSON is what makes the file."""

    def __init__(
        self, path: Path, named: str, *, first: Callable[[], msgspec.Struct], opened: Callable[[bytes], Content]
    ) -> None:
        """Makes the file with `first` when there is none. `named`: "the key file", for messages.

        `opened` raises ValueError for bytes that make no sense. Raises `ConfigurationError` when the file cannot be
        made or read.
        """
        self.path = path
        self.named = f"{named} {path}"
        self._opened = opened
        self._found: tuple[tuple[int, int], Content] | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock():
                if not path.exists():
                    self._write(first())
        except OSError as error:
            raise ConfigurationError(f"{self.named} cannot be made: {error.strerror}") from error
        self.content()

    def content(self) -> Content:
        """What the file holds now; it is read again only if it is not the one read last."""
        try:
            status = self.path.stat()
            stamp = (status.st_mtime_ns, status.st_ino)
            if self._found is None or self._found[0] != stamp:
                self._found = (stamp, self._opened(self.path.read_bytes()))
        except OSError as error:
            raise ConfigurationError(f"{self.named} cannot be read: {error.strerror}") from error
        except (msgspec.MsgspecError, ValueError) as error:
            raise ConfigurationError(f"{self.named} cannot be used: {error}") from error
        return self._found[1]

    def change(self, changed: Callable[[Content], msgspec.Struct]) -> None:
        """Replace what the file holds now; nobody else changes it meanwhile."""
        with self._lock():
            self._write(changed(self.content()))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        handle = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)  # closing releases the lock

    def _write(self, content: msgspec.Struct) -> None:
        handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)  # mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(content), indent=2))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
