"""A feed as records for COPY."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import msgspec

from wayfare.services.catalogue.adapters import sql
from wayfare.services.catalogue.application.ports import FeedChanges
from wayfare.services.catalogue.domain.feed import Feed

Record: TypeAlias = tuple[Any, ...]


def feed_records(changes: FeedChanges) -> Iterator[tuple[sql.FeedTable, Iterable[Record]]]:
    """Every table but the services, with its rows."""
    feed, ident = changes.feed, changes.feed.feed_id
    yield sql.OPERATORS, [(ident, o.operator_id, o.name, o.tz, o.language) for o in feed.operators]
    yield sql.PLACES, list(_places(feed, changes.place_nos))
    names = {(ident, alias.stop_id, alias.language, alias.text) for alias in feed.aliases}
    yield sql.PLACE_NAMES, sorted(names)
    yield sql.LINES, [(ident, line.line_id, line.name, line.operator_id, line.mode) for line in feed.lines]
    shapes = ((ident, shape.shape_id, shape.lat.tobytes(), shape.lon.tobytes()) for shape in feed.shapes)
    yield sql.SHAPES, shapes
    yield sql.FOOTPATHS, [(ident, path.from_stop, path.to_stop, path.seconds) for path in feed.footpaths]
    fares = ((ident, fare.fare_id, i, msgspec.json.encode(fare).decode()) for i, fare in enumerate(feed.fares))
    yield sql.FARES, fares


def _places(feed: Feed, numbers: dict[str, int]) -> Iterator[Record]:
    for place in feed.places:
        lat = None if math.isnan(place.lat) else place.lat
        lon = None if math.isnan(place.lon) else place.lon
        yield (
            feed.feed_id, place.stop_id, numbers[place.stop_id], place.name, place.code, place.platform, place.zone,
            place.tz, lat, lon, place.station,
        )  # fmt: skip


def service_records(changes: FeedChanges) -> Iterator[Record]:
    """The services to write, in the order of sql.SERVICES.columns."""
    feed, services = changes.feed, changes.feed.services
    numbers = [changes.place_nos[place.stop_id] for place in feed.places]
    zone_of = {operator.operator_id: operator.tz for operator in feed.operators}
    starts = services.start.tolist()
    for row in changes.services:
        i = row.index
        calls = slice(starts[i], starts[i + 1])
        line = feed.lines[services.line[i]]
        yield (
            row.service_no, feed.feed_id, services.ref[i], services.number[i], services.headsign[i], line.line_id,
            zone_of[line.operator_id], services.shape[i], row.calendar.key, row.layout, row.status, changes.day,
            [numbers[place] for place in services.place[calls].tolist()], services.arr_s[calls].tolist(),
            services.dep_s[calls].tolist(), services.flags[calls].tolist(), services.distance_m[calls].tolist(),
            row.places_key, row.times_key, row.content_key,
        )  # fmt: skip
