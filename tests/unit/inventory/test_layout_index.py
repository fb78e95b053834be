from __future__ import annotations

from unit.inventory.layouts import COUNTED, TRAIN, plain
from wayfare.contracts.catalogue.layout import Cabin
from wayfare.services.inventory.domain.layout_index import VIRTUAL, LayoutIndex


class TestNumbered:
    def test_slots_are_unit_numbers(self) -> None:
        assert TRAIN.unit_numbers == list(range(36))
        assert TRAIN.totals == {"second": 24, "first": 12}
        assert TRAIN.on_sale == (1 << 36) - 1
        assert TRAIN.by_unit_id["B-1"] == 12

    def test_masks(self) -> None:
        assert TRAIN.features["window"].bit_count() == 18
        assert TRAIN.accessible == 0b11
        assert TRAIN.coaches["B"] == 0xFFF << 12
        assert TRAIN.bays["second"].masks[0] == 0b11
        assert TRAIN.rows["second"].masks[0] == 0b1111
        assert (TRAIN.bays["second"].largest, TRAIN.rows["second"].largest) == (2, 4)

    def test_neighbours_do_not_cross_a_coach(self) -> None:
        assert not TRAIN.neighbours >> 11 & 1
        assert TRAIN.neighbours >> 10 & 1
        assert not TRAIN.neighbours >> 35 & 1

    def test_fewer_authorised_than_there_are(self) -> None:
        index = LayoutIndex(plain(Cabin("c", "C", 1, authorised=4)))
        assert index.totals == {"c": 4}
        assert index.on_sale == 0b1111

    def test_more_authorised_than_there_are_seats_with_numbers(self) -> None:
        assert LayoutIndex(plain(Cabin("c", "C", 1, authorised=40))).totals == {"c": 10}


class TestCounted:
    def test_virtual_units_stand_for_the_authorised_capacity(self) -> None:
        assert COUNTED.totals == {"seat": 7}
        assert COUNTED.unit_numbers == [0, 1, 2, 3, 4, *range(VIRTUAL, VIRTUAL + 7)]
        assert COUNTED.on_sale == 0b1111111 << 5
        assert COUNTED.find_unit(VIRTUAL) is None

    def test_as_many_as_there_are_seats_by_default(self) -> None:
        assert LayoutIndex(plain(Cabin("c", "C", 1, numbered=False))).totals == {"c": 10}
