"""Show the way of a departure between two calls, as GeoJSON."""

from __future__ import annotations

from typing import Any

from wayfare.contracts.catalogue.timetable import MODES, Timetable
from wayfare.infrastructure.legs import find_leg
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.kernel.ids import departure_day, departure_service, parse_departure
from wayfare.services.catalogue.domain.paths import DECIMALS, Line, cut_shape, geometry, great_circle


class GetPath:
    def __init__(self, timetables: TimetableStore) -> None:
        self._timetables = timetables

    def __call__(self, public_id: str, from_text: str | None, to_text: str | None) -> dict[str, Any]:
        """A Feature whose `source` says what is drawn: the feed's own shape, else great circles between the calls of a
        flight, and straight lines between those of other services. No geometry where positions are not known.

        Raises NotFound, ValidationFailed, Unavailable.
        """
        departure = parse_departure(public_id)
        timetable = self._timetables.get_current()
        service = timetable.find_service(departure_service(departure))
        if service is None or not timetable.runs_on(service, departure_day(departure)):
            raise NotFound(f"there is no departure {public_id!r}")
        first, last = find_leg(timetable, service, from_text, to_text)
        if not 0 <= first < last <= timetable.sections(service):
            raise ValidationFailed.of("to", f"there is no leg from call {first} to call {last}")
        mode = MODES[int(timetable.line_mode[int(timetable.service_line[service])])]
        source, line = _draw(timetable, service, first, last, mode)
        return {
            "type": "Feature",
            "geometry": geometry(line) if line else None,
            "properties": {
                "departure_id": public_id,
                "from_call": first,
                "to_call": last,
                "mode": mode,
                "source": source,
                "calls": [_call(timetable, service, call) for call in range(first, last + 1)],
            },
        }


def _draw(timetable: Timetable, service: int, first: int, last: int, mode: str) -> tuple[str, Line | None]:
    calls = slice(int(timetable.call_start[service]), int(timetable.call_start[service + 1]))
    places = timetable.call_place[calls]
    lat, lon = timetable.place_lat[places], timetable.place_lon[places]
    shape = int(timetable.service_shape[service])
    if shape >= 0:
        points = slice(int(timetable.shape_end[shape - 1]) if shape else 0, int(timetable.shape_end[shape]))
        cut = cut_shape(lat, lon, first, last, timetable.shape_lat[points], timetable.shape_lon[points])
        if cut is not None:
            return "shape", cut
    leg = slice(first, last + 1)
    known = [
        (x, y)
        for x, y in zip(lon[leg].tolist(), lat[leg].tolist(), strict=True)
        if x == x and y == y  # noqa: PLR0124
    ]
    if len(known) < 2:
        return "none", None
    return ("great_circle", great_circle(known)) if mode == "air" else ("straight", known)


def _call(timetable: Timetable, service: int, call: int) -> dict[str, Any]:
    place = int(timetable.call_place[int(timetable.call_start[service]) + call])
    lon, lat = float(timetable.place_lon[place]), float(timetable.place_lat[place])
    return {
        "call": call,
        "place_id": timetable.place_id[place],
        "name": timetable.place_name[place],
        "position": None if lon != lon or lat != lat else [round(lon, DECIMALS), round(lat, DECIMALS)],  # noqa: PLR0124
    }
