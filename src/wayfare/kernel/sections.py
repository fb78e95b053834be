"""Bit masks of sections: bit i stands for the stretch between call i and call i + 1."""

from __future__ import annotations

from wayfare.kernel.errors import ValidationFailed

MAX_SECTIONS = 128
_WORD = (1 << 64) - 1
_SIGN = 1 << 63


def section_mask(from_call: int, to_call: int) -> int:
    """The sections of a leg that boards at `from_call` and leaves at `to_call` (call indexes).

    Raises `ValidationFailed` unless 0 ≤ from_call < to_call ≤ 128.
    """
    if not 0 <= from_call < to_call <= MAX_SECTIONS:
        raise ValidationFailed(f"a leg cannot go from call {from_call} to call {to_call}")
    return (1 << to_call) - (1 << from_call)


def to_words(mask: int) -> tuple[int, int]:
    """A 128-bit mask as two signed 64-bit words (low, high), the form PostgreSQL bigints hold."""
    low, high = mask & _WORD, mask >> 64
    return (low ^ _SIGN) - _SIGN, (high ^ _SIGN) - _SIGN


def from_words(low: int, high: int) -> int:
    """The mask of two signed 64-bit words."""
    return (low & _WORD) | (high & _WORD) << 64


def runs(mask: int) -> list[tuple[int, int]]:
    """The runs of a mask as (from_call, to_call) pairs, in order."""
    found: list[tuple[int, int]] = []
    start = 0
    while mask >> start:
        rest = mask >> start
        start += (rest & -rest).bit_length() - 1
        length = (~(mask >> start) & (mask >> start) + 1).bit_length() - 1
        found.append((start, start + length))
        start += length
    return found
