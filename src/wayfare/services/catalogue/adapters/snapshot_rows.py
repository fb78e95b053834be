"""Reading everything that a timetable is made of."""

from __future__ import annotations

from array import array
from typing import Any

import msgspec
import numpy as np

from wayfare.contracts.catalogue.fares import FeedFare, Tariff
from wayfare.contracts.catalogue.layout import Layout
from wayfare.contracts.catalogue.timetable import Feed
from wayfare.infrastructure.database import Session
from wayfare.services.catalogue.adapters import sql
from wayfare.services.catalogue.domain.snapshot import PlaceRow, ServiceColumns, SnapshotRows

_HEADS = (
    "service_no", "feed", "ref", "number", "headsign", "line_id", "tz", "calendar_key", "layout", "status", "shape_id",
)  # fmt: skip
_CHUNK = 2_000
"""Services fetched at once: their calls become arrays before the next ones come."""


async def read_snapshot_rows(session: Session) -> SnapshotRows:
    """Call it inside one repeatable-read transaction."""
    fares: dict[str, tuple[FeedFare, ...]] = {}
    for row in await session.fetch(sql.SNAPSHOT_FARES):
        fare = msgspec.json.decode(row["body"], type=FeedFare)
        fares[row["feed_id"]] = (*fares.get(row["feed_id"], ()), fare)
    return SnapshotRows(
        feeds=[Feed(*row) for row in await session.fetch(sql.SNAPSHOT_FEEDS)],
        operators=[tuple(row) for row in await session.fetch(sql.SNAPSHOT_OPERATORS)],
        places=[PlaceRow(*row) for row in await session.fetch(sql.SNAPSHOT_PLACES)],
        aliases=[tuple(row) for row in await session.fetch(sql.SNAPSHOT_NAMES)],
        lines=[tuple(row) for row in await session.fetch(sql.SNAPSHOT_LINES)],
        calendars=[tuple(row) for row in await session.fetch(sql.SNAPSHOT_CALENDARS)],
        services=await _read_services(session),
        shapes=[tuple(row) for row in await session.fetch(sql.SNAPSHOT_SHAPES)],
        footpaths=[tuple(row) for row in await session.fetch(sql.SNAPSHOT_FOOTPATHS)],
        links=[tuple(row) for row in await session.fetch(sql.SNAPSHOT_LINKS)],
        fares=fares,
        tariffs=[msgspec.json.decode(row["body"], type=Tariff) for row in await session.fetch(sql.SNAPSHOT_TARIFFS)],
        layouts=[msgspec.json.decode(row["body"], type=Layout) for row in await session.fetch(sql.SNAPSHOT_LAYOUTS)],
    )


async def _read_services(session: Session) -> ServiceColumns:
    heads: dict[str, list[Any]] = {name: [] for name in _HEADS}
    counts: list[int] = []
    calls = [array("i") for _ in range(5)]
    await session.execute(f"DECLARE services NO SCROLL CURSOR FOR {sql.SNAPSHOT_SERVICES}")
    while rows := await session.fetch(f"FETCH {_CHUNK} FROM services"):
        for row in rows:
            values = tuple(row)
            for name, value in zip(_HEADS, values, strict=False):
                heads[name].append(value)
            counts.append(len(values[len(_HEADS)]))
            for column, value in zip(calls, values[len(_HEADS) :], strict=True):
                column.extend(value)
    await session.execute("CLOSE services")
    places, arr_s, dep_s, flags, distance_m = (np.array(column, dtype=np.int32) for column in calls)
    return ServiceColumns(
        **heads,
        count=counts,
        places=places,
        arr_s=arr_s,
        dep_s=dep_s,
        flags=flags.astype(np.uint8),
        distance_m=distance_m,
    )
