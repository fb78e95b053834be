"""Layouts and pictures for tests."""

from __future__ import annotations

from collections.abc import Sequence

from wayfare.contracts.catalogue.layout import Cabin, Layout, Unit
from wayfare.services.inventory.domain.layout_index import LayoutIndex
from wayfare.services.inventory.domain.picture import Picture

SECOND, FIRST = Cabin("second", "Second", 2), Cabin("first", "First", 1)


def train(coaches: Sequence[str] = ("A", "B"), rows: int = 3) -> Layout:
    """Coaches of rows of two and two seats, pairs as bays; the last coach is first class; A-1 and A-2 accessible."""
    units = []
    for coach in coaches:
        for row in range(rows):
            for column, side in ((0, "window"), (1, "aisle"), (3, "aisle"), (4, "window")):
                label = str(row * 4 + column + (column < 3))
                features = (side, "accessible") if coach == coaches[0] and row == 0 and column < 2 else (side,)
                cabin = "first" if coach == coaches[-1] else "second"
                units.append(
                    Unit(f"{coach}-{label}", coach, label, cabin, 0, row, column, row * 2 + column // 3, features)
                )
    return Layout("train", "Train", "rail", (SECOND, FIRST), tuple(units))


def plain(cabin: Cabin, units: int = 10) -> Layout:
    return Layout(
        cabin.code, "", "coach", (cabin,), tuple(Unit(f"{i}", "", f"{i}", cabin.code, 0, i, 0, i) for i in range(units))
    )


TRAIN = LayoutIndex(train(("A", "B", "C")))
COUNTED = LayoutIndex(plain(Cabin("seat", "Seat", 3, numbered=False, authorised=7), 5))


def picture(index: LayoutIndex, sections: int, taken: Sequence[tuple[int, int]] = ()) -> Picture:
    return Picture(index, sections, 0.0, taken)
