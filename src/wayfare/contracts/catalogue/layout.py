"""Layouts: what a vehicle offers to sell, unit by unit."""

from __future__ import annotations

import msgspec


class Unit(msgspec.Struct, frozen=True):
    """One sellable seat, berth or bay. Its number is its index in `Layout.units`."""

    unit_id: str  # unique in the layout and shown to people: "S1-32", "12A"
    coach: str  # label of the coach, "" for a vehicle without coaches
    label: str  # the number on the seat itself: "32", "12A"
    cabin: str
    deck: int  # 0 is the lowest
    row: int  # counted along the coach from its front, for drawing and adjacency
    column: int  # counted across the coach from its left side; gangways leave a gap
    bay: int  # units that belong together (a seat pair, a sleeper bay) share a number within the coach
    features: tuple[str, ...] = ()  # window, aisle, middle, table, forward, lower, upper, side_lower, accessible …


class Cabin(msgspec.Struct, frozen=True):
    code: str  # "1A", "SL", "first", "economy"
    name: str
    comfort: int  # 1 is the best; cabins sort by it
    numbered: bool = True  # False: sold by count, passengers sit where they like
    authorised: int | None = None  # units on sale; more than the physical ones is overbooking (not numbered)


class Layout(msgspec.Struct, frozen=True):
    code: str
    name: str
    mode: str
    cabins: tuple[Cabin, ...]
    units: tuple[Unit, ...]


class LayoutRule(msgspec.Struct, frozen=True):
    """Which layout a service gets. `None` matches anything; the most specific rule wins."""

    layout: str
    feed: str | None = None
    operator: str | None = None  # agency_id
    line: str | None = None  # route_id
    service: str | None = None  # trip_id or service number
    mode: str | None = None
