"""One generation of the timetable with everything derived from it, and how a new one replaces the old."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Collection
from datetime import date

import numpy as np
import structlog

from wayfare.contracts.catalogue.timetable import CAN_BOARD, MODES, Longs, Timetable
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import Unavailable
from wayfare.kernel.ids import departure_id
from wayfare.kernel.time import day_of
from wayfare.services.offers.adapters.metrics import DAY_BUILT_S, EDITION_S, KNOWN, PLANNED_S
from wayfare.services.offers.adapters.place_index import PlaceIndex
from wayfare.services.offers.domain.cabins import by_comfort
from wayfare.services.offers.domain.feed_fares import Cover, Ride, find_covers
from wayfare.services.offers.domain.quotes import LegFacts, Menu, Proposal
from wayfare.services.offers.domain.recent import Recent
from wayfare.services.offers.domain.tariffs import PriceList, find_tariff
from wayfare.services.offers.domain.trips import Trip

log = structlog.get_logger()

_SEARCHES_MAX = 1024
_RIDES_MAX = 20_000
_ORIGINS_MAX = 1024
_MENUS_MAX = 4096
_DATES_WANTED = 2
_DATES_TRIED = 7
_DATES_TAKE_S = 1.0
_PATIENCE_S = 30.0


class TimetableEdition:
    """Implements `application.ports.Edition`. Everything found is kept as long as the generation lasts."""

    def __init__(self, timetable: Timetable) -> None:
        # numba is heavy: whoever builds an edition does so in a thread.
        from wayfare.services.offers.adapters.planner.planner import Planner

        self.timetable = timetable
        self.planner = Planner(timetable)
        self.places = PlaceIndex(timetable)
        self.last_departure_s, self.last_arrival_s = self.planner.network.last_instants()
        self._rides: Recent[tuple[int, int, int], LegFacts] = Recent(_RIDES_MAX)
        self._searches: Recent[tuple[object, ...], tuple[Proposal, ...]] = Recent(_SEARCHES_MAX)
        self._menus: Recent[object, Menu] = Recent(_MENUS_MAX)
        # Without a layout the index is -1: the last entry.
        self._cabins = [*(by_comfort(layout.cabins) for layout in timetable.meta.layouts), ()]
        self._days: Recent[int, Longs] = Recent(_ORIGINS_MAX)
        self._price_lists: dict[int, PriceList | None] = {}
        self._tariffs: dict[str, PriceList] = {}

    async def find_proposals(
        self, origin: int, destination: int, day: int, max_transfers: int, modes: Collection[str] | None
    ) -> tuple[Proposal, ...]:
        key = (origin, destination, day, max_transfers, None if modes is None else frozenset(modes))
        known = self._searches.find(key)
        if known is not None:
            KNOWN.inc()
            return known
        if self.planner.find_day(day) is None:
            with DAY_BUILT_S.time():
                await asyncio.to_thread(self.planner.get_day, day)
        with PLANNED_S.time():
            trips = self.planner.plan(origin, destination, day, max_transfers=max_transfers, modes=modes)
            known = tuple(self.propose(trip) for trip in trips if not self._turns_back(trip))
        self._searches.keep(key, known)
        return known

    async def find_dates_nearby(
        self,
        origin: int,
        destination: int,
        day: int,
        within: range,
        max_transfers: int,
        modes: Collection[str] | None,
    ) -> list[date]:
        """Up to two dates before and two after: of the days with a departure from the origin the nearest are tried,
        a week of them each way, as long as that does not take too long."""
        days = await self.find_running_days(origin, within)
        found: list[int] = []
        for near in ([other for other in reversed(days) if other < day], [other for other in days if other > day]):
            deadline = time.monotonic() + _DATES_TAKE_S / 2
            wanted = len(found) + _DATES_WANTED
            for other in near[:_DATES_TRIED]:
                if await self.find_proposals(origin, destination, other, max_transfers, modes):
                    found.append(other)
                if len(found) == wanted or time.monotonic() > deadline:
                    break
        return [day_of(each) for each in sorted(found)]

    async def find_running_days(self, origin: int, within: range) -> list[int]:
        days = self._days.find(origin)
        if days is None:
            days = await asyncio.to_thread(self._days_from, origin)
            self._days.keep(origin, days)
        found: list[int] = days[(days >= within.start) & (days < within.stop)].tolist()
        return found

    def propose(self, trip: Trip) -> Proposal:
        table = self.timetable
        facts = tuple(self.leg_facts(leg.service, leg.from_call, leg.to_call) for leg in trip.legs)
        rides = tuple(
            (departure_id(leg.service_day, int(table.service_no[leg.service])), leg.from_call, leg.to_call)
            for leg in trip.legs
        )
        fares = table.meta.fares
        covers = find_covers([each.ride for each in facts], fares) if fares else ()
        return Proposal(trip, rides, facts, covers, self._menu(facts, covers))

    def _menu(self, legs: tuple[LegFacts, ...], covers: tuple[Cover, ...]) -> Menu:
        """What legs with these price lists and cabins are sold as; published fares make it a case of its own."""
        if covers:
            return Menu.of(legs, covers)
        # Both live as long as this edition, so that their ids stay theirs.
        key = tuple((id(leg.price_list), id(leg.cabins)) for leg in legs)
        known = self._menus.find(key)
        if known is None:
            known = Menu.of(legs, covers)
            self._menus.keep(key, known)
        return known

    def leg_facts(self, service: int, from_call: int, to_call: int) -> LegFacts:
        key = (service, from_call, to_call)
        known = self._rides.find(key)
        if known is None:
            known = self._leg_facts(service, from_call, to_call)
            self._rides.keep(key, known)
        return known

    def _leg_facts(self, service: int, from_call: int, to_call: int) -> LegFacts:
        table = self.timetable
        line = int(table.service_line[service])
        operator = int(table.line_operator[line])
        start = int(table.call_start[service])
        calls = slice(start + from_call, start + to_call + 1)
        zones = [table.place_zone[place] for place in table.call_place[calls].tolist()]
        ride = Ride(
            feed=table.meta.feeds[int(table.operator_feed[operator])].feed_id,
            operator=table.operator_id[operator],
            line=table.line_id[line],
            origin_zone=zones[0],
            destination_zone=zones[-1],
            zones=frozenset(zone for zone in zones if zone),
        )
        mode = MODES[int(table.line_mode[line])]
        distance_m = int(table.call_distance_m[start + to_call] - table.call_distance_m[start + from_call])
        cabins = self._cabins[int(table.service_layout[service])]
        return LegFacts(ride, mode, distance_m, cabins, self._price_list(line, ride, mode))

    def _price_list(self, line: int, ride: Ride, mode: str) -> PriceList | None:
        if line not in self._price_lists:
            tariff = find_tariff(
                self.timetable.meta.tariffs, feed=ride.feed, operator=ride.operator, line=ride.line, mode=mode
            )
            self._price_lists[line] = (
                None if tariff is None else self._tariffs.setdefault(tariff.code, PriceList(tariff))
            )
        return self._price_lists[line]

    def _turns_back(self, trip: Trip) -> bool:
        """Whether a later vehicle of the trip calls at the first station on its way to where it is boarded.

        Such a trip stays Pareto-optimal only because waiting for that vehicle at the start would mean to leave on
        the next date: it rides about to pass the night.
        """
        table = self.timetable
        first = trip.legs[0]
        home = self._station(first.service, first.from_call)
        for leg in trip.legs[1:]:
            start = int(table.call_start[leg.service])
            calls = slice(start, start + leg.from_call)
            shift = leg.departs_s - int(table.call_dep_s[start + leg.from_call])
            stations = table.place_station[table.call_place[calls]]
            boards = (table.call_flags[calls] & CAN_BOARD) != 0
            after = table.call_dep_s[calls] + shift >= first.departs_s
            if bool(np.any((stations == home) & boards & after)):
                return True
        return False

    def _station(self, service: int, call: int) -> int:
        table = self.timetable
        return int(table.place_station[table.call_place[int(table.call_start[service]) + call]])

    def _days_from(self, origin: int) -> Longs:
        """Day numbers on which a service runs that calls at a station or one within a walk of it."""
        table, network = self.timetable, self.planner.network
        near = [station for station, _ in network.walks_from(origin)]
        calls = np.flatnonzero(np.isin(network.call_station, near))
        services = np.unique(np.searchsorted(table.call_start, calls, side="right") - 1)
        days: set[int] = set()
        for calendar in np.unique(table.service_calendar[services[network.usable[services]]]).tolist():
            low, high = int(table.calendar_start[calendar]), int(table.calendar_start[calendar + 1])
            runs = np.flatnonzero(table.calendar_runs[low:high]) + int(table.calendar_first_day[calendar])
            days.update(runs.tolist())
        return np.array(sorted(days), np.int64)


class EditionKeeper:
    """Builds an edition in a thread whenever the timetable changes; until it is done the old one serves.

    Implements `application.ports.Editions`.
    """

    def __init__(self, timetables: TimetableStore) -> None:
        self._timetables = timetables
        self._current: TimetableEdition | None = None
        self._lock = threading.Lock()
        self._wanted: Timetable | None = None
        self._building = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._timetables.on_change(self.renew)

    def renew(self, timetable: Timetable) -> None:
        """Begin to build an edition for a timetable; of several that come meanwhile the last one counts."""
        with self._lock:
            self._wanted = timetable
            if not self._building:
                self._building = True
                self._thread = threading.Thread(target=self._build, name="offers-edition", daemon=True)
                self._thread.start()

    async def stop(self) -> None:
        """Wait for a build under way: a process must not end while a thread of it compiles."""
        with self._lock:
            self._wanted = None
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, _PATIENCE_S)

    def find_current(self) -> TimetableEdition | None:
        return self._current

    @property
    def generation(self) -> int:
        return self._current.timetable.meta.generation if self._current else 0

    async def get_current(self) -> TimetableEdition:
        """Waits for the first edition; the search is compiled meanwhile when the program is new on this machine."""
        deadline = time.monotonic() + _PATIENCE_S
        while self._current is None:
            self._timetables.get_current()  # raises when there is nothing to wait for
            if time.monotonic() > deadline:
                raise Unavailable("the journey planner is not ready yet")
            await asyncio.sleep(0.02)
        return self._current

    def _build(self) -> None:
        while True:
            with self._lock:
                timetable, self._wanted = self._wanted, None
                if timetable is None:
                    self._building = False
                    return
            try:
                with EDITION_S.time():
                    edition = TimetableEdition(timetable)
                    edition.planner.warm()
                if self._current is None:
                    # What compiling left behind lives as long as the process: 100,000 objects and more that every
                    # full garbage collection would walk through, with nobody served for 50 ms.
                    gc.collect()
                    gc.freeze()
                self._current = edition
                log.info("edition.ready", generation=timetable.meta.generation)
            except Exception:
                # The old edition keeps serving; a thread has nobody to raise to.
                log.exception("edition.failed", generation=timetable.meta.generation)
