"""shapes.txt, transfers.txt, translations.txt and the fares of version 1."""

from __future__ import annotations

import math
from array import array
from decimal import Decimal, InvalidOperation

import numpy as np

from wayfare.contracts.catalogue.fares import FeedFare, FeedFareRule
from wayfare.kernel.money import MINOR_UNITS
from wayfare.services.catalogue.domain.feed import NO_TRANSFER_S, Alias, Footpath, Place, Shape
from wayfare.services.catalogue.domain.footpaths import walk_s
from wayfare.services.catalogue.domain.geography import great_circle_m
from wayfare.services.catalogue.domain.gtfs.values import parse_degrees
from wayfare.services.catalogue.domain.issues import IssueLog
from wayfare.services.catalogue.domain.tables import Table

_RECOMMENDED, _TIMED, _MINIMUM, _NONE = "0", "1", "2", "3"
_IN_SEAT = ("4", "5")


def read_shapes(table: Table, wanted: set[str], issues: IssueLog) -> dict[str, Shape]:
    """The shapes that trips name, their points in order."""
    names: dict[str, int] = {}
    shape_of, sequence_of = array("i"), array("i")
    lat_of, lon_of = array("d"), array("d")
    for line, (ident, lat, lon, sequence) in table.rows(
        "shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"
    ):
        if ident not in wanted:
            continue
        north, east = parse_degrees(lat, 90), parse_degrees(lon, 180)
        if math.isnan(north) or math.isnan(east) or not sequence.isdigit() or len(sequence) > 9:
            issues.add(table.name, line, "a point without position or sequence: left out", ident)
            continue
        shape_of.append(names.setdefault(ident, len(names)))
        sequence_of.append(int(sequence))
        lat_of.append(north)
        lon_of.append(east)
    shape = np.frombuffer(shape_of, dtype=np.int32)
    order = np.lexsort((np.frombuffer(sequence_of, dtype=np.int32), shape))
    lats, lons = np.frombuffer(lat_of)[order], np.frombuffer(lon_of)[order]
    cuts = np.searchsorted(shape[order], np.arange(1, len(names)))
    parts = zip(names, np.split(lats, cuts), np.split(lons, cuts), strict=False)
    return {ident: Shape(ident, lat, lon) for ident, lat, lon in parts}


def read_footpaths(table: Table, places: list[Place], issues: IssueLog) -> list[Footpath]:
    """Transfers between stops as footpaths between their stations.

    Where rows of several platforms speak of the same two stations the shortest time counts. Transfers between
    certain trips or lines are counted, not used.
    """
    by_id = {place.stop_id: place for place in places}
    found: dict[tuple[str, str], int] = {}
    columns = (
        "from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time", "from_trip_id", "to_trip_id",
        "from_route_id", "to_route_id",
    )  # fmt: skip
    for line, (from_id, to_id, kind, minimum, *narrow) in table.rows(*columns):
        if any(narrow[:2]) or kind in _IN_SEAT:
            issues.add(table.name, line, "between trips: counted, not used")
        elif any(narrow):
            issues.add(table.name, line, "between lines: counted, not used")
        elif from_id not in by_id or to_id not in by_id:
            issues.add(table.name, line, "names an unknown stop: left out", f"{from_id} {to_id}")
        else:
            start, end = by_id[from_id], by_id[to_id]
            seconds = _transfer_s(kind, minimum, start, end)
            if seconds is None:
                if kind == _MINIMUM or kind not in ("", _RECOMMENDED, _TIMED):
                    issues.add(table.name, line, "no min_transfer_time or unknown type: left out", f"{kind} {minimum}")
                continue
            key = (start.station, end.station)
            found[key] = min(seconds, found.get(key, NO_TRANSFER_S))
    return [Footpath(*key, seconds) for key, seconds in found.items()]


def _transfer_s(kind: str, minimum: str, start: Place, end: Place) -> int | None:
    """Seconds a transfer takes, None where the row says nothing new."""
    if kind == _NONE:
        return NO_TRANSFER_S
    if kind not in ("", _RECOMMENDED, _TIMED, _MINIMUM):
        return None
    if minimum.isascii() and minimum.isdigit() and len(minimum) < 7:
        return int(minimum)
    if kind == _MINIMUM or start.station == end.station:
        return None
    points = (np.array([value]) for value in (start.lat, start.lon, end.lat, end.lon))
    distance = float(great_circle_m(*points)[0])
    return None if math.isnan(distance) else walk_s(distance)


def read_aliases(table: Table, places: list[Place], issues: IssueLog) -> list[Alias]:
    """Translations of stop names, by record, by value, or in the old form (trans_id)."""
    by_name: dict[str, list[str]] = {}
    for place in places:
        by_name.setdefault(place.name, []).append(place.stop_id)
    known = {place.stop_id for place in places}
    names = {place.stop_id: place.name for place in places}
    found: dict[Alias, None] = {}
    columns = ("table_name", "field_name", "language", "translation", "record_id", "field_value", "trans_id", "lang")
    for line, (kind, name, new_language, text, record, new_value, old_value, old_language) in table.rows(*columns):
        value, language = (old_value, old_language) if old_value else (new_value, new_language)
        if not old_value and (kind, name) != ("stops", "stop_name"):
            issues.add(table.name, line, "translates another field than stop_name: not used", f"{kind}.{name}")
            continue
        targets = [record] if record in known else by_name.get(value, []) if not record else []
        if not targets and not old_value:
            issues.add(table.name, line, "translates no stop we know: left out", record or value)
        for target in targets:
            if text and text != names[target]:
                found[Alias(target, text, language)] = None
    return list(found)


def read_fares(attributes: Table, rules: Table | None, issues: IssueLog) -> tuple[FeedFare, ...]:
    """fare_attributes.txt with fare_rules.txt."""
    found: dict[str, FeedFare] = {}
    for line, (ident, price, currency, transfers, operator) in attributes.rows(
        "fare_id", "price", "currency_type", "transfers", "agency_id"
    ):
        amount = _decimal(price)
        if amount is None or amount < 0 or currency.upper() not in MINOR_UNITS or ident in found:
            reason = "no price, unknown currency or fare_id twice: left out"
            issues.add(attributes.name, line, reason, f"{ident}: {price} {currency}")
            continue
        count = int(transfers) if transfers in ("0", "1", "2", "3", "4", "5") else None
        found[ident] = FeedFare(ident, amount, currency.upper(), count, operator or None)
    grouped = _read_rules(rules, found, issues) if rules is not None else {}
    fares = []
    for ident, fare in found.items():
        listed = tuple(
            FeedFareRule(route or None, start or None, end or None, tuple(zones))
            for (route, start, end), zones in grouped.get(ident, {}).items()
        )
        fares.append(FeedFare(ident, fare.price, fare.currency, fare.transfers, fare.operator, listed))
    return tuple(fares)


def _read_rules(
    table: Table, fares: dict[str, FeedFare], issues: IssueLog
) -> dict[str, dict[tuple[str, str, str], list[str]]]:
    """Rules by fare; the zones that one rule must contain stand in rows of their own."""
    grouped: dict[str, dict[tuple[str, str, str], list[str]]] = {}
    for line, (ident, route, start, end, contains) in table.rows(
        "fare_id", "route_id", "origin_id", "destination_id", "contains_id"
    ):
        if ident not in fares:
            issues.add(table.name, line, "fare_id is unknown: left out", ident)
            continue
        zones = grouped.setdefault(ident, {}).setdefault((route, start, end), [])
        if contains and contains not in zones:
            zones.append(contains)
    return grouped


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
