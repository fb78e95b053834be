"""Trips, offers and places as JSON-ready values. Legs are encoded once and kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from wayfare.contracts.catalogue.timetable import MODES, Bytes, Timetable
from wayfare.contracts.offers.api import ConditionStep
from wayfare.contracts.offers.conditions import describe
from wayfare.kernel.ids import format_departure
from wayfare.kernel.money import Money
from wayfare.kernel.time import rfc3339
from wayfare.services.offers.application.find_offers import OffersFound
from wayfare.services.offers.application.ports import PlaceMatch
from wayfare.services.offers.application.price_calendar import CalendarFound
from wayfare.services.offers.application.price_trips import PricedOffer, PricedTrip
from wayfare.services.offers.domain.quotes import Proposal
from wayfare.services.offers.domain.recent import Recent

Json = dict[str, Any]
_HEADS_MAX = 4096
_PRICED_MAX = 2048
_KEPT_MAX = 20_000

REASONS = {
    "departed": "This trip has departed.",
    "closed": "Sales for this trip have closed.",
    "not_yet_on_sale": "This trip is not on sale yet.",
    "no_layout": "A vehicle of this trip has no seats for sale.",
    "no_fare": "A part of this trip has no price.",
    "currency_mix": "The parts of this trip are sold in different currencies; book them one by one.",
    "other_currency": "This trip is not sold in the currency asked for.",
}


class Renderer:
    """Writes what was found on one timetable."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        self._modes: Bytes | None = None
        self._heads: Recent[object, tuple[msgspec.Raw, str]] = Recent(_HEADS_MAX)
        self._lines: Recent[int, Json] = Recent(_KEPT_MAX)
        self._places: Recent[int, Json] = Recent(_KEPT_MAX)
        self._priced: Recent[object, tuple[PricedTrip, msgspec.Raw]] = Recent(_PRICED_MAX)

    def offers(self, found: OffersFound, passengers: tuple[str, ...]) -> Json:
        tz_from, tz_to = self._tz(found.origin), self._tz(found.destination)
        return {
            "trips": [self._trip(priced, passengers, tz_from, tz_to) for priced in found.trips.items],
            "from": self.place(found.origin),
            "to": self.place(found.destination),
            "date": found.day,
            "next_cursor": found.trips.next_cursor,
            "previous_cursor": found.trips.previous_cursor,
            "nearest_dates": found.nearest_dates,
        }

    def calendar(self, found: CalendarFound) -> Json:
        return {
            "from": self.place(found.origin),
            "to": self.place(found.destination),
            "days": [
                {
                    "date": each.day,
                    "status": each.status,
                    "price": None if each.price is None else Money(each.price.total, each.price.currency).as_json(),
                }
                for each in found.days
            ],
        }

    def place(self, station: int) -> Json:
        table = self.timetable
        lat, lon = float(table.place_lat[station]), float(table.place_lon[station])
        return {
            "id": table.place_id[station],
            "name": table.place_name[station],
            "code": table.place_code[station] or None,
            "position": None if math.isnan(lat) else {"lat": lat, "lon": lon},
            "time_zone": self._tz(station),
        }

    def match(self, match: PlaceMatch) -> Json:
        return {
            **self.place(match.station),
            "modes": self._modes_at(match.station),
            "distance_m": match.distance_m,
        }

    def _modes_at(self, station: int) -> list[str]:
        if self._modes is None:
            self._modes = _modes_by_station(self.timetable)
        bits = int(self._modes[station])
        return [mode for number, mode in enumerate(MODES) if bits >> number & 1]

    def _trip(self, priced: PricedTrip, passengers: tuple[str, ...], tz_from: str, tz_to: str) -> Json:
        trip = priced.proposal.trip
        legs, name = self._legs(priced.proposal)
        return {
            "id": name,
            "departs_at": _at(trip.departs_s, tz_from),
            "arrives_at": _at(trip.arrives_s, tz_to),
            "duration_s": trip.duration_s,
            "transfers": trip.transfers,
            "walk_before_s": trip.walk_before_s,
            "walk_after_s": trip.walk_after_s,
            "legs": legs,
            "offers": self._offers(priced, passengers, tz_from),
            "reason": None if priced.reason is None else {"code": priced.reason, "text": REASONS[priced.reason]},
        }

    def _offers(self, priced: PricedTrip, passengers: tuple[str, ...], tz: str) -> msgspec.Raw:
        """The offers as encoded JSON; kept, because offers priced before come again as the same object."""
        known = self._priced.find((id(priced), tz))
        if known is None or known[0] is not priced:
            departs_s = priced.proposal.trip.legs[0].departs_s
            offers = [_offer(offer, passengers, departs_s, tz) for offer in priced.offers]
            known = priced, msgspec.Raw(msgspec.json.encode(offers))
            self._priced.keep((id(priced), tz), known)
        return known[1]

    def _legs(self, proposal: Proposal) -> tuple[msgspec.Raw, str]:
        """The legs as encoded JSON, and the trip's id made of them."""
        known = self._heads.find(proposal.rides)
        if known is None:
            legs = [self._leg(proposal, number) for number in range(len(proposal.legs))]
            name = "~".join(f"{leg['departure_id']}.{leg['from_call']}.{leg['to_call']}" for leg in legs)
            known = msgspec.Raw(msgspec.json.encode(legs)), name
            self._heads.keep(proposal.rides, known)
        return known

    def _leg(self, proposal: Proposal, number: int) -> Json:
        table, leg = self.timetable, proposal.trip.legs[number]
        line = int(table.service_line[leg.service])
        return {
            "departure_id": format_departure(proposal.rides[number][0]),
            **self._line(line),
            "service_number": table.service_number[leg.service],
            "headsign": table.service_headsign[leg.service],
            "from": self._call(leg.service, leg.from_call, "departs_at", leg.departs_s),
            "to": self._call(leg.service, leg.to_call, "arrives_at", leg.arrives_s),
            "from_call": leg.from_call,
            "to_call": leg.to_call,
        }

    def _line(self, line: int) -> Json:
        known = self._lines.find(line)
        if known is None:
            table = self.timetable
            operator = int(table.line_operator[line])
            known = {
                "mode": MODES[int(table.line_mode[line])],
                "operator": {"id": table.operator_id[operator], "name": table.operator_name[operator]},
                "line": {"id": table.line_id[line], "name": table.line_name[line]},
            }
            self._lines.keep(line, known)
        return known

    def _call(self, service: int, call: int, when: str, instant_s: int) -> Json:
        table = self.timetable
        place = int(table.call_place[int(table.call_start[service]) + call])
        known = self._places.find(place)
        if known is None:
            station = int(table.place_station[place])
            known = {
                "id": table.place_id[station],
                "name": table.place_name[station],
                "code": table.place_code[station] or table.place_code[place] or None,
                "platform": table.place_platform[place] or None,
            }
            self._places.keep(place, known)
        return {**known, when: rfc3339(instant_s, self._tz(place))}

    def _tz(self, place: int) -> str:
        return self.timetable.meta.time_zones[int(self.timetable.place_tz[place])]


def _modes_by_station(table: Timetable) -> Bytes:
    """For each place the modes that call at its station, as bits."""
    found = np.zeros(len(table.place_tz), np.uint8)
    per_call = np.repeat(table.line_mode[table.service_line], np.diff(table.call_start))
    station = table.place_station[table.call_place]
    for number in range(len(MODES)):
        found[station[per_call == number]] |= np.uint8(1 << number)
    return found


_at = lru_cache(maxsize=8192)(rfc3339)


@lru_cache(maxsize=16_384)
def _money(minor: int, currency: str) -> Json:
    return Money(minor, currency).as_json()


def _offer(offer: PricedOffer, passengers: tuple[str, ...], departs_s: int, tz: str) -> Json:
    currency = offer.currency
    names_s = offer.name_change_until_s
    text = describe(offer.refund, offer.exchange, departs_s, tz, names_s)
    return {
        "offer_id": offer.token,
        "cabin": offer.cabin.code,
        "cabin_name": offer.cabin.name,
        "cabins": [cabin.code for cabin in offer.cabin.cabins],
        "fare_family": offer.family.code,
        "fare_family_name": offer.family.name,
        "price": _money(offer.total, currency),
        "passengers": [
            {"category": category, "price": _money(minor, currency)}
            for category, minor in zip(passengers, offer.passengers, strict=True)
        ],
        "availability": "unknown" if offer.seats_left is None else "known",
        "seats_left": offer.seats_left,
        "conditions": {
            "refund": _steps(offer.refund, offer, tz),
            "exchange": _steps(offer.exchange, offer, tz),
            "name_change_until": None if names_s is None else _at(names_s, tz),
            "text": text if offer.conversion is None else (*text, offer.conversion.sentence),
        },
        "conversion": None if offer.conversion is None else offer.conversion.as_json(),
        "expires_at": _at(offer.expires_s, tz),
    }


def _steps(steps: Sequence[ConditionStep], offer: PricedOffer, tz: str) -> list[Json]:
    return [
        {"until": _at(step.until_s, tz), "fee": _money(fee_of(offer.total, step.fee_permille), offer.currency)}
        for step in steps
    ]


def fee_of(total: int, permille: int) -> int:
    """The share of a price the carrier keeps, rounded half up to the minor unit."""
    return (total * permille * 2 + 1000) // 2000
