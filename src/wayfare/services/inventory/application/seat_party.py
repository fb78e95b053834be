"""From the request to claims: what is asked for is checked, then units are chosen on pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wayfare.contracts.inventory.api import LegRequest, PlaceHold, Preferences
from wayfare.kernel.errors import SoldOut, UnitsTaken, ValidationFailed, WayfareError
from wayfare.kernel.sections import section_mask
from wayfare.services.inventory.application.departures import Departure, Departures
from wayfare.services.inventory.domain.allocator import (
    Seating,
    Wish,
    choose,
    give_back,
    take_named,
)
from wayfare.services.inventory.domain.claims import Claim
from wayfare.services.inventory.domain.layout_index import LayoutIndex
from wayfare.services.inventory.domain.picture import Picture

PASSENGERS_MAX = 9
LEGS_MAX = 16


class LegWanted(NamedTuple):
    departure: Departure
    from_call: int
    to_call: int
    cabin: str
    slots: tuple[int, ...]  # named units, one per passenger; empty to have them chosen


def check_request(message: PlaceHold, departures: Departures, now_s: int) -> list[LegWanted]:
    """What is wanted, leg by leg. Raises ValidationFailed, NotFound, DepartureClosed."""
    if not 1 <= message.passengers <= PASSENGERS_MAX:
        raise ValidationFailed.of("passengers", f"from 1 to {PASSENGERS_MAX}")
    if not 1 <= len(message.legs) <= LEGS_MAX:
        raise ValidationFailed.of("legs", f"from 1 to {LEGS_MAX}")
    if message.units is not None and len(message.units) != len(message.legs):
        raise ValidationFailed.of("units", f"one list for each of the {len(message.legs)} legs")
    wanted = []
    for position, leg in enumerate(message.legs):
        departure = departures.get(leg.departure_id)
        departure.check_on_sale(leg.from_call, leg.to_call, now_s, departures.sales_horizon_days)
        if leg.cabin not in departure.index.cabins:
            raise ValidationFailed.of("cabin", f"leg {position + 1} has no cabin {leg.cabin!r}")
        slots: tuple[int, ...] = ()
        if message.units is not None:
            slots = _named_slots(departure, leg, position, message.units[position], message.passengers)
        wanted.append(LegWanted(departure, leg.from_call, leg.to_call, leg.cabin, slots))
    _check_wishes(message.preferences, [leg.departure.index for leg in wanted])
    return wanted


def _check_wishes(asked: Preferences, indexes: Sequence[LayoutIndex]) -> None:
    """Raises ValidationFailed for a coach or feature that no layout of the trip has, and names those there are."""
    if asked.coach and not any(asked.coach in index.coaches for index in indexes):
        raise ValidationFailed.of("preferences.coach", _there_is(coach for index in indexes for coach in index.coaches))
    for feature in asked.features:
        if not any(feature in index.features for index in indexes):
            there_is = _there_is(known for index in indexes for known in index.features)
            raise ValidationFailed.of("preferences.features", f"no {feature[:40]!r}; {there_is}")


def _there_is(names: Iterable[str]) -> str:
    known = sorted({name for name in names if name})
    return f"there is {', '.join(known)}" if known else "there is nothing of the kind to choose here"


def _named_slots(
    departure: Departure, leg: LegRequest, position: int, unit_ids: Sequence[str], passengers: int
) -> tuple[int, ...]:
    index = departure.index
    field = f"units.{position}"
    if not unit_ids:
        return ()
    if leg.cabin in index.counted:
        raise ValidationFailed.of(field, f"cabin {leg.cabin!r} has no seat numbers")
    if len(unit_ids) != passengers:
        raise ValidationFailed.of(field, f"one unit for each of the {passengers} passengers")
    if len(set(unit_ids)) != len(unit_ids):
        raise ValidationFailed.of(field, "a unit is named twice")
    slots = []
    for unit_id in unit_ids:
        number = index.by_unit_id.get(unit_id)
        if number is None or not index.cabins[leg.cabin] >> number & 1:
            raise ValidationFailed.of(field, f"{unit_id[:40]!r} is not a unit on sale in cabin {leg.cabin!r}")
        slots.append(number)
    return tuple(slots)


def wish_of(message: PlaceHold) -> Wish:
    asked = message.preferences
    return Wish(asked.features, asked.together, asked.coach, asked.accessible, asked.seat_change)


def seat(
    wanted: Sequence[LegWanted], pictures: Sequence[Picture], passengers: int, wish: Wish, *, from_top: bool
) -> tuple[Claim, ...]:
    """Units for everybody on every leg, taken in the pictures; or nothing taken.

    Raises SoldOut or UnitsTaken, which is only as true as the pictures.
    """
    done: list[tuple[Picture, Seating]] = []
    try:
        for leg, picture in zip(wanted, pictures, strict=True):
            done.append((picture, _seat_leg(leg, picture, passengers, wish, from_top)))
    except WayfareError:
        for picture, seating in done:
            give_back(picture, seating)
        raise
    return tuple(
        Claim(
            passenger,
            position,
            wanted[position].departure.departure_id,
            picture.index.unit_numbers[slot],
            section_mask(first, last),
        )
        for position, (picture, seating) in enumerate(done)
        for passenger, rides in enumerate(seating)
        for slot, first, last in rides
    )


def _seat_leg(leg: LegWanted, picture: Picture, passengers: int, wish: Wish, from_top: bool) -> Seating:
    if leg.slots:
        seating, taken = take_named(picture, leg.slots, leg.from_call, leg.to_call)
        if seating is None:
            units = picture.index.layout.units
            names = [units[slot].unit_id for slot in taken]
            raise UnitsTaken(f"taken: {', '.join(names)}", units=names)
        return seating
    chosen = choose(picture, leg.cabin, leg.from_call, leg.to_call, passengers, wish, from_top=from_top)
    if chosen is None:
        raise SoldOut
    return chosen
