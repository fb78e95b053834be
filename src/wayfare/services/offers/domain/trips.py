"""Trips as the planner finds them. Indexes are those of one timetable snapshot.

Thousands of trips are kept between searches. Here and where prices are kept structs are made with gc=False: they
hold no cycles, and the garbage collector's pauses (100 ms with a few thousand trips) would hit everybody.
"""

from __future__ import annotations

import msgspec


class Leg(msgspec.Struct, frozen=True, gc=False):
    """A ride on one departure."""

    service: int  # index into the timetable's services
    service_day: int  # day number
    from_call: int
    to_call: int
    departs_s: int  # the vehicle's departure, an instant
    arrives_s: int


class Trip(msgspec.Struct, frozen=True, gc=False):
    """Legs in order, one way, with the walks before, between and after them.

    `departs_s` is when the passenger leaves the place asked for and `arrives_s` when they stand at the other:
    walks to a linked station count.
    """

    departs_s: int
    arrives_s: int
    legs: tuple[Leg, ...]

    @property
    def transfers(self) -> int:
        return len(self.legs) - 1

    @property
    def duration_s(self) -> int:
        return self.arrives_s - self.departs_s

    @property
    def walk_before_s(self) -> int:
        return self.legs[0].departs_s - self.departs_s

    @property
    def walk_after_s(self) -> int:
        return self.arrives_s - self.legs[-1].arrives_s
