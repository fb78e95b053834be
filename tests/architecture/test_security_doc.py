"""The checklist names files and tests that are there, and each requirement once."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| .+? \| (.+) \|$", TEXT, re.M)
NAMED = re.findall(r"`((?:tests|src|\.ci)/[^`:]+)(?:::(\w+))?`", TEXT)


def test_each_requirement_stands_once_and_in_order() -> None:
    numbers = [tuple(int(part) for part in number.split(".")) for number, _ in ROWS]
    assert numbers == sorted(set(numbers))
    assert {number[0] for number in numbers} == set(range(1, 15))


def test_each_says_whether_it_is_covered() -> None:
    unclear = [row for row in ROWS if not re.match(r"(yes|part|no|n/a|not yet)\b", row[1])]
    assert unclear == []


def test_what_is_named_is_there() -> None:
    assert len(NAMED) > 50
    missing = [
        f"{path}::{name}"
        for path, name in NAMED
        if not (ROOT / path).exists()
        or (name and not re.search(rf"\b(?:def|class) {name}\b", (ROOT / path).read_text()))
    ]
    assert missing == []
