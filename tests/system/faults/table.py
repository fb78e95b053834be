"""The fault matrix as a table at the end of a test run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

PROPERTY = "fault"
"""What a test notes a row under: the case, its number, and what came of it."""
_WIDTH = 20


def lines_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    """A line for each step and point, a column for each behaviour of the gateway."""
    rows = sorted(rows, key=lambda row: row["no"])
    behaviours = list(dict.fromkeys(row["behaviour"] for row in rows))
    found = {(row["step"], row["point"], row["behaviour"]): row for row in rows}
    lines = [f"{'step':<10}{'killed':<8}" + "".join(f"{name:<{_WIDTH}}" for name in behaviours)]
    for step, point in dict.fromkeys((row["step"], row["point"]) for row in rows):
        cells = [_cell(found.get((step, point, behaviour))) for behaviour in behaviours]
        lines.append(f"{step:<10}{point:<8}" + "".join(f"{cell:<{_WIDTH}}" for cell in cells).rstrip())
    resumed = [row["resumed_s"] for row in rows if row["resumed_s"] is not None]
    settled = [row["settled_s"] for row in rows if row["settled_s"] is not None]
    lines.append(f"{len(rows)} cases; each: doctor clean, charged once or not at all, every seat sold or free")
    if resumed:
        lines.append(
            f"seconds from the death to the end of what was left open; resumed after {max(resumed):.1f} s at most, "
            f"all done after {max(settled):.1f} s"
        )
    return lines


def _cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return "-"
    return row["booking"] if row["settled_s"] is None else f"{row['booking']} {row['settled_s']:.1f} s"
