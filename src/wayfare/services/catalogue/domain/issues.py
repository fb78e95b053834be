"""What a file gets wrong: issues it can be imported with, and errors it cannot."""

from __future__ import annotations

from typing import Any

import msgspec

from wayfare.kernel.errors import ImportRefused

EXAMPLES_MAX = 5
REASONS_MAX = 200
ERRORS_MAX = 100


class IssueExample(msgspec.Struct, frozen=True):
    line: int  # 0: the file as a whole
    detail: str = ""


class Issue(msgspec.Struct, frozen=True):
    """One kind of mistake in one file: how often, and the first few."""

    file: str
    reason: str
    count: int
    examples: tuple[IssueExample, ...] = ()


class IssueLog:
    """Counts issues by file and reason, and keeps a bounded number of examples."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], list[IssueExample]] = {}

    def add(self, file: str, line: int, reason: str, detail: str = "", count: int = 1) -> None:
        """`reason` is a fixed sentence; what varies stands in `detail`."""
        key = (file, reason)
        if key not in self._counts:
            if len(self._counts) >= REASONS_MAX:
                key = (file, "more kinds of issues than are listed")
            self._counts.setdefault(key, 0)
            self._examples.setdefault(key, [])
        self._counts[key] += count
        examples = self._examples[key]
        if len(examples) < EXAMPLES_MAX:
            examples.append(IssueExample(line, detail[:200]))

    def listed(self) -> tuple[Issue, ...]:
        return tuple(
            Issue(file, reason, count, tuple(self._examples[file, reason]))
            for (file, reason), count in sorted(self._counts.items())
        )


class ErrorLog:
    """Collects what makes a file unusable, so that everything is told at once."""

    def __init__(self) -> None:
        self.errors: list[dict[str, Any]] = []

    def add(self, file: str, line: int, reason: str) -> None:
        if len(self.errors) < ERRORS_MAX:
            self.errors.append({"file": file, "line": line, "reason": reason})

    def raise_if_any(self, what: str) -> None:
        """Raises `ImportRefused` with the list when there is one."""
        if self.errors:
            first = self.errors[0]
            where = f"{first['file']}:{first['line']}" if first["line"] else first["file"]
            raise ImportRefused(f"{what} cannot be imported: {where}: {first['reason']}", errors=self.errors)
