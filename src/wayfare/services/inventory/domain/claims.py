"""Claims: who wants or has which unit on which sections, and how claims on one unit fold into one mask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

Key: TypeAlias = tuple[int, int]
"""(departure_id, unit_no): a row of occupancy."""


class Claim(NamedTuple):
    """A passenger's unit on some sections. Passengers and legs count from 0."""

    passenger: int
    leg: int
    departure_id: int
    unit_no: int
    mask: int

    @property
    def key(self) -> Key:
        return self.departure_id, self.unit_no


def combine(claims: Iterable[Claim]) -> dict[Key, int]:
    """One mask per unit, in key order. A unit may stand only once in a statement that writes it."""
    masks: dict[Key, int] = {}
    for claim in claims:
        key = claim.departure_id, claim.unit_no
        masks[key] = masks.get(key, 0) | claim.mask
    return dict(sorted(masks.items()))


def fold(requests: Sequence[Sequence[Claim]]) -> tuple[dict[Key, int], list[Key | None]]:
    """Fold the claims of a batch: one mask per unit, in key order, and each request's first conflict.

    Requests are served in order. One that overlaps with an earlier one, or with itself, gets nothing: its place
    in the second answer names the unit. Claims of several requests on one unit that do not overlap are joined.
    """
    folded: dict[Key, int] = {}
    conflicts: list[Key | None] = []
    for claims in requests:
        conflict = _join(folded, claims)
        conflicts.append(conflict)
    return dict(sorted(folded.items())), conflicts


def _join(folded: dict[Key, int], claims: Sequence[Claim]) -> Key | None:
    """Add the claims of one request to `folded`, or none of them and name the unit that overlaps."""
    joined: dict[Key, int] = {}
    for _, _, departure_id, unit_no, mask in claims:
        key = departure_id, unit_no
        before = joined[key] if key in joined else folded.get(key, 0)
        if before & mask:
            return key
        joined[key] = before | mask
    folded.update(joined)
    return None
