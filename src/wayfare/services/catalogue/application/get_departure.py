"""Show one departure: its calls with local times, its operator, line and places."""

from __future__ import annotations

from typing import Any

from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD, MODES, ON_SALE, RETIRED, Timetable
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import NotFound
from wayfare.kernel.ids import departure_day, departure_id, departure_service, format_departure, parse_departure
from wayfare.kernel.time import day_of, rfc3339, service_day_start_s

_STATUS = {ON_SALE: "on_sale", RETIRED: "retired"}


class GetDeparture:
    def __init__(self, timetables: TimetableStore) -> None:
        self._timetables = timetables

    def __call__(self, public_id: str) -> dict[str, Any]:
        """JSON-ready. Raises `NotFound` for what is no departure, and for a service that does not run that day."""
        departure = parse_departure(public_id)
        timetable = self._timetables.get_current()
        service = timetable.find_service(departure_service(departure))
        if service is None or not timetable.runs_on(service, departure_day(departure)):
            raise NotFound(f"there is no departure {public_id!r}")
        return describe_departure(timetable, service, departure_day(departure))


def describe_departure(timetable: Timetable, service: int, day: int) -> dict[str, Any]:
    """A departure of the service at an index, which runs on that day."""
    start, end = int(timetable.call_start[service]), int(timetable.call_start[service + 1])
    zones = timetable.meta.time_zones
    begins = service_day_start_s(day, zones[int(timetable.service_tz[service])])
    line = int(timetable.service_line[service])
    operator = int(timetable.line_operator[line])
    layout = timetable.layout_of(service)
    feed = timetable.meta.feeds[int(timetable.operator_feed[operator])].feed_id
    departure = departure_id(day, int(timetable.service_no[service]))
    return {
        "id": format_departure(departure),
        "date": day_of(day).isoformat(),
        "status": _STATUS.get(int(timetable.service_status[service]), "not_sold"),
        "mode": MODES[int(timetable.line_mode[line])],
        "service_number": timetable.service_number[service],
        "headsign": timetable.service_headsign[service],
        "operator": {
            "id": f"{feed}:{timetable.operator_id[operator]}",
            "name": timetable.operator_name[operator],
        },
        "line": {"id": timetable.line_id[line], "name": timetable.line_name[line]},
        "layout": layout.code if layout else None,
        "cabins": [{"code": cabin.code, "name": cabin.name} for cabin in layout.cabins] if layout else [],
        "calls": [_call(timetable, call, call - start, begins, end - 1 - start) for call in range(start, end)],
    }


def _call(timetable: Timetable, call: int, number: int, begins: int, last: int) -> dict[str, Any]:
    place = int(timetable.call_place[call])
    tz = timetable.meta.time_zones[int(timetable.place_tz[place])]
    flags = int(timetable.call_flags[call])
    return {
        "call": number,
        "place": {
            "id": timetable.place_id[place],
            "name": timetable.place_name[place],
            "code": timetable.place_code[place] or None,
            "platform": timetable.place_platform[place] or None,
            "time_zone": tz,
        },
        "arrives_at": rfc3339(begins + int(timetable.call_arr_s[call]), tz) if number > 0 else None,
        "departs_at": rfc3339(begins + int(timetable.call_dep_s[call]), tz) if number < last else None,
        "can_board": bool(flags & CAN_BOARD) and number < last,
        "can_alight": bool(flags & CAN_ALIGHT) and number > 0,
        "distance_m": int(timetable.call_distance_m[call]),
    }
