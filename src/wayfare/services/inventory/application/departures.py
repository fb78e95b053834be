"""Departures as inventory sees them: how many sections, what is for sale, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD, ON_SALE, Timetable
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import DepartureClosed, NotFound, ValidationFailed
from wayfare.kernel.ids import departure_day, departure_service, format_departure
from wayfare.kernel.time import DAY_S, DAY_ZERO, service_day_start_s
from wayfare.services.inventory.domain.layout_index import LayoutIndex

DEPARTURES_MAX = 8192
SALES_HORIZON_DAYS = 396
"""How far ahead departures are on sale unless it is set: thirteen months, as far as timetables usually reach."""
_DAY_ZERO = (DAY_ZERO - date(1970, 1, 1)).days


@dataclass(frozen=True, slots=True)
class Departure:
    departure_id: int
    sections: int
    on_sale: bool
    departs_s: tuple[int, ...]  # the instant of each call
    flags: tuple[int, ...]  # CAN_BOARD | CAN_ALIGHT of each call
    index: LayoutIndex

    def __str__(self) -> str:
        return f"departure {format_departure(self.departure_id)}"

    def check_leg(self, from_call: int, to_call: int) -> None:
        """Raises ValidationFailed when the calls are out of range or in the wrong order."""
        if not 0 <= from_call < to_call <= self.sections:
            raise ValidationFailed(f"{self} has no leg from call {from_call} to call {to_call}")

    def check_on_sale(self, from_call: int, to_call: int, now_s: int, horizon_days: int) -> None:
        """Raises ValidationFailed when nobody may board or alight there, DepartureClosed when it is too late
        or too early to buy this leg."""
        self.check_leg(from_call, to_call)
        if not self.flags[from_call] & CAN_BOARD or not self.flags[to_call] & CAN_ALIGHT:
            raise ValidationFailed(f"{self} does not take passengers from call {from_call} to call {to_call}")
        if not self.on_sale:
            raise DepartureClosed(f"{self} is not for sale")
        if self.departs_s[from_call] <= now_s:
            raise DepartureClosed(f"{self} has left")
        if departure_day(self.departure_id) > business_day(now_s) + horizon_days:
            raise DepartureClosed(f"{self} is not on sale yet")


def business_day(now_s: int) -> int:
    """The day number in UTC."""
    return now_s // DAY_S - _DAY_ZERO


class Departures:
    """Reads departures off the current timetable and keeps those asked for last."""

    def __init__(self, timetables: TimetableStore, sales_horizon_days: int = SALES_HORIZON_DAYS) -> None:
        self._timetables = timetables
        self.sales_horizon_days = sales_horizon_days
        self._indexes: dict[int, LayoutIndex] = {}
        self.find = lru_cache(maxsize=DEPARTURES_MAX)(self._find)
        timetables.on_change(self._forget)

    def get(self, departure_id: int) -> Departure:
        """Raises NotFound."""
        departure = self.find(departure_id)
        if departure is None:
            raise NotFound(f"there is no departure {format_departure(departure_id)}")
        return departure

    def _find(self, departure_id: int) -> Departure | None:
        timetable = self._timetables.find_current()
        if timetable is None or departure_id < 0:
            return None
        service, day = timetable.find_service(departure_service(departure_id)), departure_day(departure_id)
        if service is None or not timetable.runs_on(service, day):
            return None
        layout = int(timetable.service_layout[service])
        if layout < 0:
            return None
        first, end = int(timetable.call_start[service]), int(timetable.call_start[service + 1])
        start_s = service_day_start_s(day, timetable.meta.time_zones[int(timetable.service_tz[service])])
        return Departure(
            departure_id,
            end - first - 1,
            int(timetable.service_status[service]) == ON_SALE,
            tuple((timetable.call_dep_s[first:end].astype("int64") + start_s).tolist()),
            tuple(timetable.call_flags[first:end].tolist()),
            self._index(timetable, layout),
        )

    def _index(self, timetable: Timetable, layout: int) -> LayoutIndex:
        index = self._indexes.get(layout)
        if index is None:
            index = self._indexes[layout] = LayoutIndex(timetable.meta.layouts[layout])
        return index

    def _forget(self, _: Timetable) -> None:
        self._indexes.clear()
        self.find.cache_clear()
