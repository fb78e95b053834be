"""Reading everything that a timetable is made of."""

from __future__ import annotations

from array import array

import msgspec
import numpy as np

from wayfare.contracts.catalogue.fares import FeedFare, Tariff
from wayfare.contracts.catalogue.layout import Layout
from wayfare.contracts.catalogue.timetable import Feed
from wayfare.infrastructure.database import Session
from wayfare.services.catalogue.adapters import sql
from wayfare.services.catalogue.domain.snapshot import PlaceRow, ServiceColumns, SnapshotRows

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
        tariffs=[
            msgspec.json.decode(row["body"], type=Tariff) for row in await session.fetch(sql.SNAPSHOT_TARIFFS)
        ],
        layouts=[
            msgspec.json.decode(row["body"], type=Layout) for row in await session.fetch(sql.SNAPSHOT_LAYOUTS)
        ],
    )


async def _read_services(session: Session) -> ServiceColumns:
    heads: list[list[object]] = [[] for _ in range(11)]
    counts: list[int] = []
    calls = [array("i") for _ in range(5)]
    await session.execute(f"DECLARE services NO SCROLL CURSOR FOR {sql.SNAPSHOT_SERVICES}")
    while rows := await session.fetch(f"FETCH {_CHUNK} FROM services"):
        for row in rows:
            values = tuple(row)
            for column, value in zip(heads, values, strict=False):
                column.append(value)
            counts.append(len(values[11]))
            for column, value in zip(calls, values[11:], strict=True):
                column.extend(value)
    await session.execute("CLOSE services")
    places, arr_s, dep_s, flags, distance_m = (np.array(column, dtype=np.int32) for column in calls)
    return ServiceColumns(*heads, counts, places, arr_s, dep_s, flags.astype(np.uint8), distance_m)  # type: ignore[arg-type]
