"""What is free on one departure, as last seen: for every section a mask of the slots that are free on it."""

from __future__ import annotations

from collections.abc import Iterable

from wayfare.services.inventory.domain.layout_index import LayoutIndex


class Picture:
    """Free slots by section.

    It may be out of date: the database is the judge. `loaded_at` is the monotonic time in seconds at which
    reading it from the database began.
    """

    __slots__ = ("_as_read", "_counts", "free", "index", "loaded_at", "sections")

    def __init__(
        self, index: LayoutIndex, sections: int, loaded_at: float, taken: Iterable[tuple[int, int]] = ()
    ) -> None:
        """`taken`: (unit_no, mask of sections) as the database has it."""
        self.index = index
        self.sections = sections
        self.loaded_at = loaded_at
        self.free = [index.on_sale] * sections
        self._counts: dict[tuple[int, int], dict[str, int]] = {}
        self.take_units(taken)
        self._as_read = tuple(self.free)

    def as_read(self) -> Picture:
        """This picture as the database gave it, without what was taken since."""
        picture = Picture(self.index, self.sections, self.loaded_at)
        picture.free = list(self._as_read)
        return picture

    def take_units(self, taken: Iterable[tuple[int, int]]) -> None:
        """Mark (unit_no, mask of sections) as taken. Units that the layout does not have are ignored.

        Only the calls at which a unit changes between free and taken are looked at: a bit of `changes[c]`.
        """
        masks: dict[int, int] = {}
        for unit_no, mask in taken:
            masks[unit_no] = masks.get(unit_no, 0) | mask
        changes = [0] * (self.sections + 1)
        every_section = (1 << self.sections) - 1
        for unit_no, mask in masks.items():
            slot = self.index.slots.get(unit_no)
            if slot is None:
                continue
            inside = mask & every_section
            edges = inside ^ inside << 1
            while edges:
                first = edges & -edges
                changes[first.bit_length() - 1] ^= 1 << slot
                edges ^= first
        now_taken = 0
        for section in range(self.sections):
            now_taken ^= changes[section]
            self.free[section] &= ~now_taken
        self._counts.clear()

    def common(self, from_call: int, to_call: int) -> int:
        """The slots that are free on all sections of a leg."""
        free = self.free
        mask = free[from_call]
        for section in range(from_call + 1, to_call):
            mask &= free[section]
        return mask

    def take(self, slot: int, from_call: int, to_call: int) -> None:
        others = ~(1 << slot)
        free = self.free
        for section in range(from_call, to_call):
            free[section] &= others
        self._counts.clear()

    def give(self, slot: int, from_call: int, to_call: int) -> None:
        """Take back a `take` of the same slot and leg."""
        bit = 1 << slot
        free = self.free
        for section in range(from_call, to_call):
            free[section] |= bit
        self._counts.clear()

    def count(self, from_call: int, to_call: int) -> dict[str, int]:
        """How many passengers each cabin can still take on a leg."""
        counts = self._counts.get((from_call, to_call))
        if counts is None:
            common = self.common(from_call, to_call)
            counts = {
                cabin: self._load_left(mask, from_call, to_call)
                if cabin in self.index.counted
                else (common & mask).bit_count()
                for cabin, mask in self.index.cabins.items()
            }
            self._counts[from_call, to_call] = counts
        return counts

    def _load_left(self, cabin: int, from_call: int, to_call: int) -> int:
        return min((free & cabin).bit_count() for free in self.free[from_call:to_call])
