"""A layout as bit masks, for choosing units quickly.

Whatever can be sold on a departure is a slot, a bit in a mask. Slots 0 … U-1 are the U units of the layout, by
their number. A cabin that is sold by count has virtual units instead: as many as are authorised, numbered from
`VIRTUAL` on. Nobody sees which one a passenger has, so a passenger may be spread over several of them, section by
section; that fits exactly when no section carries more passengers than authorised.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from wayfare.contracts.catalogue.layout import Cabin, Layout, Unit

VIRTUAL = 1 << 20
ACCESSIBLE = "accessible"


class Groups(NamedTuple):
    """Masks of the units that belong together, and how many the largest group has."""

    masks: tuple[int, ...] = ()
    largest: int = 0


class LayoutIndex:
    """Masks of the slots of one layout by cabin, feature, coach, bay and row."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.cabins: dict[str, int] = {}
        self.counted: frozenset[str] = frozenset(cabin.code for cabin in layout.cabins if not cabin.numbered)
        self.unit_numbers = list(range(len(layout.units)))
        for position, cabin in enumerate(layout.cabins):
            self.cabins[cabin.code] = self._slots_on_sale(cabin, position)
        self.on_sale = _union(self.cabins.values())
        self.totals = {cabin: mask.bit_count() for cabin, mask in self.cabins.items()}
        self.slots = {number: slot for slot, number in enumerate(self.unit_numbers)}
        self.by_unit_id = {unit.unit_id: number for number, unit in enumerate(layout.units)}
        self.features = self._masks(lambda unit: unit.features)
        self.coaches = self._masks(lambda unit: (unit.coach,))
        self.accessible = self.features.get(ACCESSIBLE, 0)
        self.bays = self._groups(lambda unit: (unit.coach, unit.bay))
        self.rows = self._groups(lambda unit: (unit.coach, unit.deck, unit.row))
        self.neighbours = self._neighbours()

    def find_unit(self, unit_no: int) -> Unit | None:
        """The unit of a number; None for virtual ones and those of an older layout."""
        return self.layout.units[unit_no] if 0 <= unit_no < len(self.layout.units) else None

    def cabin_of_virtual(self, unit_no: int) -> str:
        """The cabin a virtual unit counts in; "" when the layout has none there."""
        position = unit_no // VIRTUAL - 1
        return self.layout.cabins[position].code if 0 <= position < len(self.layout.cabins) else ""

    def _slots_on_sale(self, cabin: Cabin, position: int) -> int:
        physical = [number for number, unit in enumerate(self.layout.units) if unit.cabin == cabin.code]
        authorised = len(physical) if cabin.authorised is None else cabin.authorised
        if cabin.numbered:
            # Fewer authorised than there are: the last ones stay empty. More: nobody can sit on a number twice.
            return _mask(physical[:authorised])
        first = len(self.unit_numbers)
        self.unit_numbers += [(position + 1) * VIRTUAL + count for count in range(authorised)]
        return (1 << first + authorised) - (1 << first)

    def _masks(self, names: Callable[[Unit], Iterable[str]]) -> dict[str, int]:
        masks: dict[str, int] = defaultdict(int)
        for number, unit in enumerate(self.layout.units):
            for name in names(unit):
                masks[name] |= 1 << number
        return dict(masks)

    def _groups(self, place: Callable[[Unit], Hashable]) -> dict[str, Groups]:
        """For each cabin its units that share a place."""
        masks: dict[str, dict[Hashable, int]] = {}
        for number, unit in enumerate(self.layout.units):
            places = masks.setdefault(unit.cabin, {})
            places[place(unit)] = places.get(place(unit), 0) | 1 << number
        return {
            cabin: Groups(tuple(places.values()), max(map(int.bit_count, places.values())))
            for cabin, places in masks.items()
        }

    def _neighbours(self) -> int:
        """Units whose next number is in the same coach and cabin."""
        units = self.layout.units
        return _mask(
            number
            for number in range(len(units) - 1)
            if (units[number].coach, units[number].cabin) == (units[number + 1].coach, units[number + 1].cabin)
        )


def _mask(numbers: Iterable[int]) -> int:
    return _union(1 << number for number in numbers)


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
