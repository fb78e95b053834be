"""Which cabins of several legs belong to the same comfort."""

from __future__ import annotations

from collections.abc import Sequence

from wayfare.contracts.catalogue.layout import Cabin


def by_comfort(cabins: Sequence[Cabin]) -> tuple[Cabin, ...]:
    """Cabins from the best to the plainest."""
    return tuple(sorted(cabins, key=lambda cabin: cabin.comfort))


def combine_cabins(legs: Sequence[Sequence[Cabin]]) -> tuple[tuple[Cabin, ...], ...]:
    """For each comfort level of a trip one cabin per leg, best level first.

    The levels are the cabins of the leg that has the most of them (the first of such legs). Another leg gives the
    cabin with the same code, or else the one that stands at the same share of the way from its best to its
    plainest, the plainer of two. Combinations that come out alike appear once. None when a leg has no cabin.
    """
    ordered = [by_comfort(cabins) for cabins in legs]
    if not ordered or not all(ordered):
        return ()
    widest = max(ordered, key=len)
    found: dict[tuple[Cabin, ...], None] = {}
    for rank, level in enumerate(widest):
        found[tuple(_counterpart(cabins, level, rank, len(widest)) for cabins in ordered)] = None
    return tuple(found)


def _counterpart(cabins: tuple[Cabin, ...], level: Cabin, rank: int, levels: int) -> Cabin:
    for cabin in cabins:
        if cabin.code == level.code:
            return cabin
    if levels == 1:
        return cabins[-1]
    return cabins[-(-rank * (len(cabins) - 1) // (levels - 1))]
