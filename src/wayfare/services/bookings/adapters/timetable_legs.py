"""Legs as the timetable describes them: names, platforms, local times."""

from __future__ import annotations

from wayfare.contracts.catalogue.timetable import MODES, Timetable
from wayfare.contracts.offers.api import OfferLeg
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.ids import departure_day, departure_service, format_departure
from wayfare.kernel.time import rfc3339, service_day_start_s
from wayfare.services.bookings.domain.leg_facts import CallFacts, LegFacts

CACHED_MAX = 20_000
_NOWHERE = CallFacts(place_id="", name="", code=None, platform=None, tz="UTC", time="")


class TimetableLegs:
    """Implements the port `LegReader`; remembers what it read until the timetable changes."""

    def __init__(self, timetables: TimetableStore) -> None:
        self._timetable: Timetable | None = None
        self._known: dict[tuple[int, int, int, str], LegFacts] = {}
        timetables.on_change(self._use)

    def _use(self, timetable: Timetable) -> None:
        self._timetable = timetable
        self._known = {}

    def describe(self, leg: OfferLeg) -> LegFacts:
        key = (leg.departure_id, leg.from_call, leg.to_call, leg.cabin)
        known = self._known.get(key)
        if known is None:
            known = _read(self._timetable, leg)
            if len(self._known) >= CACHED_MAX:
                self._known.clear()
            self._known[key] = known
        return known


def _read(timetable: Timetable | None, leg: OfferLeg) -> LegFacts:
    service = timetable.find_service(departure_service(leg.departure_id)) if timetable else None
    if timetable is None or service is None or leg.to_call > timetable.sections(service):
        return LegFacts(
            departure=format_departure(leg.departure_id),
            mode="",
            operator_id="",
            operator="",
            line="",
            service_number="",
            headsign="",
            cabin=leg.cabin,
            cabin_name=leg.cabin,
            origin=_NOWHERE,
            destination=_NOWHERE,
        )
    line = int(timetable.service_line[service])
    operator = int(timetable.line_operator[line])
    feed = timetable.meta.feeds[int(timetable.operator_feed[operator])].feed_id
    layout = timetable.layout_of(service)
    names = {cabin.code: cabin.name for cabin in layout.cabins} if layout else {}
    return LegFacts(
        departure=format_departure(leg.departure_id),
        mode=MODES[int(timetable.line_mode[line])],
        operator_id=f"{feed}:{timetable.operator_id[operator]}",
        operator=timetable.operator_name[operator],
        line=timetable.line_name[line],
        service_number=timetable.service_number[service],
        headsign=timetable.service_headsign[service],
        cabin=leg.cabin,
        cabin_name=names.get(leg.cabin, leg.cabin),
        origin=_call(timetable, service, leg.departure_id, leg.from_call, departing=True),
        destination=_call(timetable, service, leg.departure_id, leg.to_call, departing=False),
    )


def _call(timetable: Timetable, service: int, departure: int, call: int, *, departing: bool) -> CallFacts:
    index = int(timetable.call_start[service]) + call
    place = int(timetable.call_place[index])
    station = int(timetable.place_station[place])
    zones = timetable.meta.time_zones
    day_start_s = service_day_start_s(departure_day(departure), zones[int(timetable.service_tz[service])])
    offset_s = int((timetable.call_dep_s if departing else timetable.call_arr_s)[index])
    tz = zones[int(timetable.place_tz[place])]
    return CallFacts(
        place_id=timetable.place_id[station],
        name=timetable.place_name[station],
        code=timetable.place_code[station] or timetable.place_code[place] or None,
        platform=timetable.place_platform[place] or None,
        tz=tz,
        time=rfc3339(day_start_s + offset_s, tz),
    )
