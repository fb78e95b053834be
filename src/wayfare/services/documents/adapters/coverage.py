"""Which characters the shipped fonts can draw, so that no ticket shows an empty box."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import lru_cache
from pathlib import Path

from anyascii import anyascii

FONTS = Path(__file__).parent / "fonts"
_RANGES = FONTS / "coverage.ranges"  # "0020-007E" or "00A0", in order


@lru_cache(maxsize=1)
def _ranges() -> tuple[list[int], list[int]]:
    starts: list[int] = []
    ends: list[int] = []
    for line in _RANGES.read_text(encoding="ascii").splitlines():
        first, _, last = line.partition("-")
        starts.append(int(first, 16))
        ends.append(int(last or first, 16))
    return starts, ends


def is_covered(char: str) -> bool:
    """Whether some shipped font has a glyph for `char`."""
    starts, ends = _ranges()
    index = bisect_right(starts, ord(char)) - 1
    return index >= 0 and ord(char) <= ends[index]


def printable(text: str) -> str:
    """`text` with what no font can draw transliterated (letters) or left out (pictures)."""
    if all(map(is_covered, text)):
        return text
    drawn = "".join(char if is_covered(char) else _substitute(char) for char in text)
    return " ".join(drawn.split()) or "?"


def _substitute(char: str) -> str:
    compatible = unicodedata.normalize("NFKC", char)
    if all(map(is_covered, compatible)):
        return compatible
    return anyascii(char) if unicodedata.category(char)[0] in "LN" else ""
