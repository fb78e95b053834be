"""agency.txt, stops.txt, routes.txt and feed_info.txt."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from wayfare.kernel.time import zone
from wayfare.services.catalogue.domain.feed import Line, Operator, Place
from wayfare.services.catalogue.domain.gtfs.values import parse_degrees, parse_mode
from wayfare.services.catalogue.domain.issues import ErrorLog, IssueLog
from wayfare.services.catalogue.domain.tables import Table

# stops.location_type: stops, stations and boarding areas are places; entrances and pathway nodes are not.
_STOP, _STATION, _ENTRANCE, _NODE, _BOARDING_AREA = "0", "1", "2", "3", "4"


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except (KeyError, ValueError, OSError):
        return False
    return bool(name)


def read_operators(table: Table, issues: IssueLog, errors: ErrorLog) -> list[Operator]:
    """The agencies. Raises nothing: a feed without a usable one is an error in the log."""
    found: dict[str, Operator] = {}
    for line, (stated_id, name, stated_tz, language) in table.rows(
        "agency_id", "agency_name", "agency_timezone", "agency_lang"
    ):
        ident, tz = stated_id or name, stated_tz
        if ident in found:
            issues.add(table.name, line, "agency_id occurs twice: the first counts", ident)
            continue
        if not _is_zone(tz):
            first = next(iter(found.values()), None)
            if first is None:
                errors.add(table.name, line, f"agency_timezone {tz!r} is not a time zone")
                continue
            issues.add(table.name, line, "agency_timezone is not a time zone: the first agency's counts", stated_tz)
            tz = first.tz
        found[ident] = Operator(ident, name or ident, tz, language.lower())
    if not found and not errors.errors:
        errors.add(table.name, 0, "there is no agency")
    return list(found.values())


def read_lines(table: Table, operators: list[Operator], issues: IssueLog) -> list[Line]:
    """The routes that passengers can ride, with their modes."""
    known = {operator.operator_id for operator in operators}
    found: dict[str, Line] = {}
    for line, (ident, agency, short, long, kind) in table.rows(
        "route_id", "agency_id", "route_short_name", "route_long_name", "route_type"
    ):
        mode = parse_mode(kind)
        if not ident:
            issues.add(table.name, line, "route without route_id: left out")
        elif ident in found:
            issues.add(table.name, line, "route_id occurs twice: the first counts", ident)
        elif mode is None:
            issues.add(table.name, line, "unknown route_type: the route is left out", f"{ident}: {kind}")
        else:
            if agency and agency not in known:
                issues.add(table.name, line, "agency_id is not in agency.txt: the first agency counts", agency)
            elif not agency and len(operators) > 1:
                issues.add(table.name, line, "no agency_id though there are several: the first counts", ident)
            operator = agency if agency in known else operators[0].operator_id
            found[ident] = Line(ident, short or long or ident, operator, mode)
    return list(found.values())


@dataclass(slots=True)
class _Stop:
    line: int
    place: Place
    parent: str
    kind: str


@dataclass(slots=True)
class PlacesRead:
    places: list[Place]
    other: set[str] = field(default_factory=set)  # entrances and nodes: known, but nothing calls there


def read_places(table: Table, default_tz: str, issues: IssueLog) -> PlacesRead:
    """The stops, platforms and stations; time zone and position inherited from the parent where blank."""
    stops: dict[str, _Stop] = {}
    read = PlacesRead([])
    columns = (
        "stop_id", "stop_name", "stop_code", "platform_code", "zone_id", "stop_timezone", "stop_lat", "stop_lon",
        "parent_station", "location_type",
    )  # fmt: skip
    for line, (ident, name, code, platform, fare_zone, stated_tz, lat, lon, parent, kind) in table.rows(*columns):
        if not ident:
            issues.add(table.name, line, "stop without stop_id: left out")
            continue
        if ident in stops or ident in read.other:
            issues.add(table.name, line, "stop_id occurs twice: the first counts", ident)
            continue
        if kind in (_ENTRANCE, _NODE):
            read.other.add(ident)
            continue
        tz = stated_tz if _is_zone(stated_tz) else ""
        if stated_tz and not tz:
            detail = f"{ident}: {stated_tz}"
            issues.add(table.name, line, "stop_timezone is not a time zone: inherited instead", detail)
        place = Place(
            ident, name, ident, tz, code, platform, fare_zone, parse_degrees(lat, 90), parse_degrees(lon, 180)
        )
        stops[ident] = _Stop(line, place, parent, kind)
    read.places = [_settled(table.name, stop, stops, default_tz, issues) for stop in stops.values()]
    return read


def _settled(file: str, stop: _Stop, stops: dict[str, _Stop], default_tz: str, issues: IssueLog) -> Place:
    """The place with what it inherits from its ancestors."""
    place = stop.place
    if stop.parent and stop.parent not in stops:
        issues.add(file, stop.line, "parent_station is not in stops.txt: ignored", f"{place.stop_id}: {stop.parent}")
    ancestors = _ancestors(stop, stops)
    for ancestor in ancestors:
        above = ancestor.place
        place = replace(
            place,
            tz=place.tz or above.tz,
            name=place.name or above.name,
            zone=place.zone or above.zone,
            station=above.stop_id,
        )
        if math.isnan(place.lat) or math.isnan(place.lon):
            place = replace(place, lat=above.lat, lon=above.lon)
    if math.isnan(place.lat) or math.isnan(place.lon) or (place.lat == 0 and place.lon == 0):
        issues.add(file, stop.line, "no usable position: distances to it are unknown", place.stop_id)
        place = replace(place, lat=math.nan, lon=math.nan)
    if not place.name:
        issues.add(file, stop.line, "no stop_name: its id is shown", place.stop_id)
    return replace(place, tz=place.tz or default_tz, name=place.name or place.stop_id)


def _ancestors(stop: _Stop, stops: dict[str, _Stop]) -> list[_Stop]:
    found: list[_Stop] = []
    while stop.parent in stops and len(found) < 3:
        stop = stops[stop.parent]
        if stop in found:
            break
        found.append(stop)
    return found


def read_feed_info(table: Table) -> tuple[str, str, str]:
    """Publisher, language and version; the version falls back to the first date of validity."""
    columns = ("feed_publisher_name", "feed_lang", "feed_version", "feed_start_date")
    for _, (publisher, language, version, start) in table.rows(*columns):
        return publisher, language.lower(), version or start
    return "", "", ""
