"""Choosing units for a leg, in memory.

Candidates are the slots free on all sections of the leg. Needs (the cabin, an accessible unit for the first of a
party) always hold. Wishes narrow the candidates one after the other, as long as enough are left. Among what remains,
the unit whose free gap around the leg is smallest wins: long rides stay sellable (best fit, as in the allocation of
memory). A party gets one bay, else one row, else neighbours in a coach, else what there is. Half of the processes
choose from the other end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from wayfare.services.inventory.domain.fit import narrowed, pick, tightest
from wayfare.services.inventory.domain.parties import choose_around, choose_together
from wayfare.services.inventory.domain.picture import Picture


class Wish(NamedTuple):
    """Contracts' Preferences, as the allocator needs them."""

    features: tuple[str, ...] = ()
    together: bool = True
    coach: str | None = None
    accessible: bool = False
    seat_change: bool = False


class Ride(NamedTuple):
    """Where a passenger sits on a run of sections."""

    slot: int
    from_call: int
    to_call: int


Seating: TypeAlias = list[list[Ride]]
"""For each passenger one ride, two with a change of seat, any number where nobody has a seat number."""


def choose(
    picture: Picture,
    cabin: str,
    from_call: int,
    to_call: int,
    passengers: int,
    wish: Wish,
    *,
    from_top: bool = False,
) -> Seating | None:
    """Choose units for a party and take them in the picture; None, and nothing taken, when they do not all fit."""
    index = picture.index
    on_sale = index.cabins.get(cabin, 0)
    if cabin in index.counted:
        if wish.accessible:
            return None  # without a seat number nothing can be promised
        return _spread(picture, on_sale, from_call, to_call, passengers, from_top=from_top)
    candidates = picture.common(from_call, to_call) & on_sale
    anchors = candidates & index.accessible if wish.accessible else candidates
    if not anchors or candidates.bit_count() < passengers:
        return _with_changes(picture, on_sale, from_call, to_call, passengers, from_top, wish)
    if wish.accessible:
        slots = _around_accessible(picture, cabin, candidates, from_call, to_call, passengers, wish, from_top)
    elif passengers > 1 and wish.together:
        slots = _for_party(picture, cabin, candidates, from_call, to_call, passengers, wish, from_top)
    else:
        slots = _for_singles(picture, candidates, from_call, to_call, passengers, wish, from_top)
    for slot in slots:
        picture.take(slot, from_call, to_call)
    return [[Ride(slot, from_call, to_call)] for slot in slots]


def take_named(
    picture: Picture, slots: Sequence[int], from_call: int, to_call: int
) -> tuple[Seating | None, list[int]]:
    """Take the slots that were asked for; or None and those that are not free, and nothing taken."""
    free = picture.common(from_call, to_call)
    taken = [slot for slot in slots if not free >> slot & 1]
    if taken:
        return None, taken
    for slot in slots:
        picture.take(slot, from_call, to_call)
    return [[Ride(slot, from_call, to_call)] for slot in slots], []


def _for_singles(
    picture: Picture, candidates: int, from_call: int, to_call: int, count: int, wish: Wish, from_top: bool
) -> list[int]:
    index = picture.index
    wishes = [index.features.get(feature, 0) for feature in wish.features]
    if wish.coach:
        wishes.append(index.coaches.get(wish.coach, 0))
    if index.accessible and not wish.accessible:
        wishes.append(~index.accessible)
    slots: list[int] = []
    for _ in range(count):
        wanted = narrowed(candidates, wishes, 1) if wishes else candidates
        slots.append(pick(tightest(picture, wanted, from_call, to_call), from_top))
        candidates &= ~(1 << slots[-1])
    return slots


def _for_party(
    picture: Picture,
    cabin: str,
    candidates: int,
    from_call: int,
    to_call: int,
    count: int,
    wish: Wish,
    from_top: bool,
) -> list[int]:
    index = picture.index
    wishes = [index.coaches.get(wish.coach, 0)] if wish.coach else []
    if index.accessible and not wish.accessible:
        wishes.append(~index.accessible)
    candidates = narrowed(candidates, wishes, count)
    wished = 0
    for feature in wish.features:
        wished |= index.features.get(feature, 0)
    layers = [tightest(picture, candidates, from_call, to_call), candidates]
    return choose_together(index, cabin, layers, wished, count, from_top)


def _around_accessible(
    picture: Picture,
    cabin: str,
    candidates: int,
    from_call: int,
    to_call: int,
    count: int,
    wish: Wish,
    from_top: bool,
) -> list[int]:
    """An accessible unit for the first passenger, and the others next to it."""
    anchors = candidates & picture.index.accessible
    if count > 1 and wish.together:
        return choose_around(picture.index, cabin, anchors, candidates, count, from_top)
    first = _for_singles(picture, anchors, from_call, to_call, 1, wish, from_top)
    others = wish._replace(accessible=False)
    return first + _for_singles(picture, candidates & ~(1 << first[0]), from_call, to_call, count - 1, others, from_top)


def _with_changes(
    picture: Picture, on_sale: int, from_call: int, to_call: int, passengers: int, from_top: bool, wish: Wish
) -> Seating | None:
    """Seats with at most one change on the way, for who agreed to that; who needs it changes accessible units."""
    if not wish.seat_change:
        return None
    if not wish.accessible:
        return _spread(picture, on_sale, from_call, to_call, passengers, rides_max=2, from_top=from_top)
    accessible = on_sale & picture.index.accessible
    first = _spread(picture, accessible, from_call, to_call, 1, rides_max=2, from_top=from_top)
    if first is None:
        return None
    others = _spread(picture, on_sale, from_call, to_call, passengers - 1, rides_max=2, from_top=from_top)
    if others is None:
        give_back(picture, first)
        return None
    return first + others


def _spread(
    picture: Picture,
    on_sale: int,
    from_call: int,
    to_call: int,
    passengers: int,
    *,
    rides_max: int | None = None,
    from_top: bool,
) -> Seating | None:
    """Seat passengers one by one, each on as few slots as may be, on at most `rides_max`.

    Staying on a slot as long as possible before changing gives the fewest changes (an exchange argument: wherever
    another plan changes earlier, it can stay longer instead). Without a limit it fails only where a section has
    no slot free.
    """
    seating: Seating = []
    for _ in range(passengers):
        rides = _longest_rides(picture, on_sale, from_call, to_call, from_top)
        if not rides or (rides_max is not None and len(rides) > rides_max):
            give_back(picture, seating)
            return None
        for slot, first, last in rides:
            picture.take(slot, first, last)
        seating.append(rides)
    return seating


def _longest_rides(picture: Picture, on_sale: int, from_call: int, to_call: int, from_top: bool) -> list[Ride]:
    """Rides that cover the leg, each as long as one slot allows; empty when a section has no slot free."""
    rides: list[Ride] = []
    first = from_call
    while first < to_call:
        slots = picture.free[first] & on_sale
        if not slots:
            return []
        last = first + 1
        while last < to_call and slots & picture.free[last]:
            slots &= picture.free[last]
            last += 1
        rides.append(Ride(pick(tightest(picture, slots, first, last), from_top), first, last))
        first = last
    return rides


def give_back(picture: Picture, seating: Seating) -> None:
    """Undo what `choose` or `take_named` took in the picture."""
    for rides in seating:
        for slot, first, last in rides:
            picture.give(slot, first, last)
