"""Which of several free slots fits a leg best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wayfare.services.inventory.domain.picture import Picture


def pick(slots: int, from_top: bool) -> int:
    """One slot of a mask that is not empty: the first, or the last."""
    return (slots if from_top else slots & -slots).bit_length() - 1


def narrowed(slots: int, wishes: Iterable[int], at_least: int) -> int:
    """The slots that meet the wishes, dropping each wish that would leave fewer than `at_least`."""
    for wish in wishes:
        fewer = slots & wish
        if fewer.bit_count() >= at_least:
            slots = fewer
    return slots


def tightest(picture: Picture, candidates: int, from_call: int, to_call: int) -> int:
    """Those of `candidates` whose free gap around the leg is smallest.

    First the slots that are taken on both sides of the leg (or end there), then those taken on one side by the
    length of the gap on the other. Of those open on both sides the gap before the leg counts first.
    """
    free, sections = picture.free, picture.sections
    closed_before = candidates & ~free[from_call - 1] if from_call else candidates
    closed_after = candidates & ~free[to_call] if to_call < sections else candidates
    if closed_before & closed_after:
        return closed_before & closed_after
    before, after = range(from_call - 1, -1, -1), range(to_call, sections)
    if closed_before or closed_after:
        left, left_gap = _closing_first(closed_after, free, before)
        right, right_gap = _closing_first(closed_before, free, after)
        return (left if left_gap <= right_gap else right) if left and right else left or right
    left, _ = _closing_first(candidates, free, before)
    return _closing_first(left, free, after)[0]


def _closing_first(slots: int, free: Sequence[int], sections: range) -> tuple[int, int]:
    """Walking along `sections`: the slots taken first, and how far that is. All of them if none ever is."""
    for gap, section in enumerate(sections):
        closed = slots & ~free[section]
        if closed:
            return closed, gap
    return slots, len(sections)
