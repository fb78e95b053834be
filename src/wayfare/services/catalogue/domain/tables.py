"""What reading a feed needs of its files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Table(Protocol):
    """One file of a feed, read as a stream."""

    name: str
    header: list[str]
    rows_read: int  # by the last complete `rows`

    def has(self, column: str) -> bool: ...

    def rows(self, *columns: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Line number and the values of `columns`, stripped of blanks; "" for a column that is absent.

        Raises `BrokenTable` when the file stops being CSV.
        """


class Tables(Protocol):
    """The files of a feed, by name such as "stops.txt"."""

    def names(self) -> list[str]: ...

    def find(self, name: str) -> Table | None:
        """None for a file that is absent or empty. Raises `BrokenTable`."""


class BrokenTable(Exception):
    """A file that cannot be read on: where and why."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason
