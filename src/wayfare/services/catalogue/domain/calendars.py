"""The days a service runs on, as one byte per day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

DAYS_MAX = 3_700
"""A calendar longer than ten years is cut: nobody sells further ahead, and a typing error must not fill memory."""

_BITS_TO_BYTES = bytes.maketrans(b"01", b"\0\1")


@dataclass(frozen=True, slots=True)
class Calendar:
    """`runs[i]` says whether day number `first_day` + i runs. Never begins or ends with a day that does not."""

    first_day: int
    runs: bytes

    @classmethod
    def of(cls, days: Iterable[int]) -> Calendar:
        mask = 0
        for day in days:
            mask |= 1 << day
        return cls.of_mask(mask)

    @classmethod
    def of_mask(cls, mask: int) -> Calendar:
        """From a set of day numbers as bits: bit d stands for day number d."""
        if not mask:
            return NEVER
        first = (mask & -mask).bit_length() - 1
        return cls(first, bin(mask >> first)[:1:-1].encode().translate(_BITS_TO_BYTES))

    @property
    def key(self) -> bytes:
        """Tells calendars apart by content."""
        return hashlib.blake2b(self.first_day.to_bytes(4, "big") + self.runs, digest_size=16).digest()

    def days(self) -> list[int]:
        return [self.first_day + i for i, runs in enumerate(self.runs) if runs]

    def __contains__(self, day: int) -> bool:
        return 0 <= day - self.first_day < len(self.runs) and bool(self.runs[day - self.first_day])

    def __bool__(self) -> bool:
        return bool(self.runs)

    def without(self, days: Iterable[int]) -> Calendar:
        gone = {day for day in days if day in self}
        return Calendar.of(day for day in self.days() if day not in gone) if gone else self

    def including(self, days: Iterable[int]) -> Calendar:
        more = [day for day in days if day not in self]
        return Calendar.of([*self.days(), *more]) if more else self


NEVER = Calendar(0, b"")


def weekly_mask(first_day: int, last_day: int, weekdays: int) -> int:
    """The days of a weekly pattern, both ends included, as bits; bit 0 of `weekdays` is Monday.

    Day number 0, 2000-01-01, was a Saturday.
    """
    last_day = min(last_day, first_day + DAYS_MAX - 1)
    if last_day < first_day:
        return 0
    mask = 0
    week = sum(1 << offset for offset in range(7) if weekdays >> (first_day + offset + 5) % 7 & 1)
    for start in range(0, last_day - first_day + 1, 7):
        mask |= week << start
    return (mask & (1 << last_day - first_day + 1) - 1) << first_day
