"""Who travels: "adult:2,child:1"."""

from __future__ import annotations

from functools import lru_cache

from wayfare.contracts.offers.api import CATEGORIES, PASSENGERS_MAX
from wayfare.kernel.errors import ValidationFailed

FIELD = "passengers"


@lru_cache(maxsize=1024)
def parse_passengers(text: str) -> tuple[str, ...]:
    """The category of each passenger, in the order written.

    Raises `ValidationFailed` for anything but `category:count` pairs, an unknown or repeated category, or a party
    of none or more than nine.
    """
    party: list[str] = []
    for part in text.split(","):
        category, colon, count = part.partition(":")
        if not colon or not (count.isascii() and count.isdigit()) or len(count) > 2:
            raise ValidationFailed.of(FIELD, f'expected pairs such as "adult:2,child:1", got {part[:40]!r}')
        if category not in CATEGORIES:
            raise ValidationFailed.of(FIELD, f"unknown category {category[:40]!r}; known: {', '.join(CATEGORIES)}")
        if category in party:
            raise ValidationFailed.of(FIELD, f"{category} is named twice")
        party.extend([category] * int(count))
    if not 1 <= len(party) <= PASSENGERS_MAX:
        raise ValidationFailed.of(FIELD, f"1 to {PASSENGERS_MAX} passengers travel on one booking, not {len(party)}")
    return tuple(party)
