"""Units for a party: in one bay, else in one row, else beside each other in a coach, else as close as may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wayfare.services.inventory.domain.fit import pick
from wayfare.services.inventory.domain.layout_index import Groups, LayoutIndex

NO_GROUPS = Groups()
GROUPS_MAX = 48
"""Groups that would do are compared up to here: the time for a choice stays bounded."""


def choose_together(
    index: LayoutIndex, cabin: str, layers: Sequence[int], wished: int, count: int, from_top: bool
) -> list[int]:
    """`count` slots of the last layer. `layers`: the candidates from the tightest fit to all; `wished`: favourites."""
    layers = [layer for layer in layers if layer.bit_count() >= count]
    for groups in (index.bays.get(cabin, NO_GROUPS), index.rows.get(cabin, NO_GROUPS)):
        for layer in layers if groups.largest >= count else ():
            group = _best_group(groups.masks, layer, wished, count, from_top)
            if group:
                return _closest(group, wished, count, from_top)
    for layer in layers:
        start = _run_start(index, layer, wished, count, from_top)
        if start is not None:
            return list(range(start, start + count))
    return _fewest_coaches(index, layers[-1], wished, count, from_top)


def choose_around(
    index: LayoutIndex, cabin: str, anchors: int, candidates: int, count: int, from_top: bool
) -> list[int]:
    """A slot of `anchors` first, then `count` - 1 others next to it: in its bay, its row, its coach, or the nearest.

    Companions leave other anchors alone where there is a choice. Both masks have enough slots.
    """
    places = (index.bays.get(cabin, NO_GROUPS).masks, index.rows.get(cabin, NO_GROUPS).masks, index.coaches.values())
    for groups in (*places, (candidates,)):
        for group in groups:
            free = group & candidates
            if free & anchors and free.bit_count() >= count:
                anchor = pick(free & anchors, from_top)
                others = _bits(free & ~(1 << anchor))
                others.sort(key=lambda slot: (anchors >> slot & 1, abs(slot - anchor)))
                return [anchor, *others[: count - 1]]
    raise ValueError("no anchor is among the candidates")


def _best_group(groups: Sequence[int], candidates: int, wished: int, count: int, from_top: bool) -> int:
    """The free slots of the group that meets most wishes and leaves the fewest places over; 0 when none will do."""
    best, best_rank, seen = 0, (0, 0), 0
    for group in reversed(groups) if from_top else groups:
        free = group & candidates
        left_over = free.bit_count() - count
        if left_over < 0:
            continue
        rank = -min(count, (free & wished).bit_count()), left_over
        if not best or rank < best_rank:
            best, best_rank = free, rank
        seen += 1
        if seen == GROUPS_MAX or rank == (-count, 0):
            break
    return best


def _closest(group: int, wished: int, count: int, from_top: bool) -> list[int]:
    """The `count` slots of a group that meet most wishes and lie closest together."""
    slots = _bits(group)
    windows = [slots[i : i + count] for i in range(len(slots) - count + 1)]
    if from_top:
        windows.reverse()
    return min(windows, key=lambda window: (-_hits(window, wished), window[-1] - window[0]))


def _run_start(index: LayoutIndex, candidates: int, wished: int, count: int, from_top: bool) -> int | None:
    """Where a run of neighbours begins; one that begins with a wished unit if there is one."""
    starts = candidates
    for i in range(1, count):
        starts &= candidates >> i & index.neighbours >> i - 1
        if not starts:
            return None
    return pick(starts & wished or starts, from_top)


def _fewest_coaches(index: LayoutIndex, candidates: int, wished: int, count: int, from_top: bool) -> list[int]:
    """From the smallest coach that seats all, or else from the emptiest ones."""
    coaches = [mask & candidates for mask in index.coaches.values() if mask & candidates]
    enough = [coach for coach in coaches if coach.bit_count() >= count]
    if enough:
        return _closest(min(enough, key=int.bit_count), wished, count, from_top)
    chosen: list[int] = []
    for coach in sorted(coaches, key=int.bit_count, reverse=True):
        chosen += _bits(coach)[: count - len(chosen)]
    return chosen


def _hits(slots: Iterable[int], wished: int) -> int:
    return sum(wished >> slot & 1 for slot in slots)


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
