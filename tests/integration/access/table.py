"""docs/access.md as data: the expected outcome of each question."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parents[3] / "docs" / "access.md"
OUTCOMES = frozenset({"yes", "401", "403", "404"})


@dataclass(frozen=True)
class Question:
    """`object`: "own", "other's", or "" where a route has none."""

    route: str
    object: str
    actor: str


def read_table() -> dict[Question, str]:
    """Raises ValueError for a table that is not one."""
    lines = [line for line in FILE.read_text().splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    actors = cells[0][2:]
    expected: dict[Question, str] = {}
    for row in cells[2:]:
        for actor, outcome in zip(actors, row[2:], strict=True):
            question = Question(row[0], row[1], actor)
            if outcome not in OUTCOMES or question in expected:
                raise ValueError(f"{question}: {outcome!r} twice, or none of {sorted(OUTCOMES)}")
            expected[question] = outcome
    return expected
