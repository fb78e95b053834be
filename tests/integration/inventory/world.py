"""A small timetable and inventory services on it, for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import get_type_hints

import numpy as np

from wayfare.contracts.catalogue.layout import Cabin, Layout, Unit
from wayfare.contracts.catalogue.timetable import (
    CAN_ALIGHT,
    CAN_BOARD,
    NOT_SOLD,
    ON_SALE,
    Feed,
    Strings,
    Timetable,
    TimetableMeta,
)
from wayfare.contracts.inventory.api import CheckInventory, Hold, InventoryApi, LegRequest, PlaceHold, Preferences
from wayfare.contracts.offers.api import Offer
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import ServiceMigrations, upgrade
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import OfferInvalid
from wayfare.kernel.ids import departure_id
from wayfare.kernel.time import FixedClock, day_number
from wayfare.services.inventory import wiring
from wayfare.services.inventory.adapters.hold_store import PostgresHolds
from wayfare.services.inventory.application.keep_partitions import KeepPartitions

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TODAY = day_number(NOW.date())
DAY = TODAY + 1
DAYS = 500  # the calendar runs from yesterday on
MIGRATIONS = Path(wiring.__file__).parent / "adapters" / "migrations"

TRAIN, FLIGHT, COACH, TINY, LONG, RETIRED_TRAIN = 4711, 99, 7, 10, 110, 12


def train_layout(code: str = "train", coaches: Sequence[str] = ("S1", "S2"), rows: int = 5) -> Layout:
    """Coaches of five rows of two seats, a gangway and two seats; a first class coach; one accessible bay."""
    units = []
    for coach in (*coaches, "F"):
        for row in range(rows):
            for position, (column, side) in enumerate(((0, "window"), (1, "aisle"), (3, "aisle"), (4, "window"))):
                number = str(row * 4 + position + 1)
                features = (side, "accessible") if coach == coaches[0] and row == 0 and column < 2 else (side,)
                cabin = "first" if coach == "F" else "second"
                units.append(
                    Unit(f"{coach}-{number}", coach, number, cabin, 0, row, column, row * 2 + column // 3, features)
                )
    return Layout(code, code, "rail", (Cabin("second", "Second", 2), Cabin("first", "First", 1)), tuple(units))


def plain_layout(code: str, units: int, cabin: Cabin, mode: str = "air") -> Layout:
    return Layout(
        code,
        code,
        mode,
        (cabin,),
        tuple(Unit(f"{i + 1}", "", f"{i + 1}", cabin.code, 0, i // 4, i % 4, i // 2) for i in range(units)),
    )


LAYOUTS = (
    train_layout(),
    plain_layout("flight", 60, Cabin("economy", "Economy", 3)),
    plain_layout("coach", 10, Cabin("seat", "Seat", 3, numbered=False, authorised=12), "coach"),
    plain_layout("tiny", 10, Cabin("second", "Second", 2), "rail"),
    train_layout("long", [f"S{i}" for i in range(1, 21)], 12),
)
# service number: (layout, calls, status)
SERVICES = {
    COACH: (2, 6, ON_SALE),
    TINY: (3, 6, ON_SALE),
    RETIRED_TRAIN: (3, 6, NOT_SOLD),
    FLIGHT: (1, 2, ON_SALE),
    LONG: (4, 111, ON_SALE),
    TRAIN: (0, 9, ON_SALE),
}
SPREAD = range(10_000, 10_400)  # as many trains again, for load


def make_timetable() -> Timetable:
    services = {**SERVICES, **dict.fromkeys(SPREAD, SERVICES[TRAIN])}
    numbers = sorted(services)
    calls = [services[number][1] for number in numbers]
    starts = np.concatenate([[0], np.cumsum(calls)]).astype(np.int32)
    places = max(calls)
    call_place = np.concatenate([np.arange(count) for count in calls]).astype(np.int32)
    text = [str(number) for number in numbers]
    names = [f"Place {i}" for i in range(places)]
    meta = TimetableMeta(1, ("Europe/Berlin",), (Feed("demo", "1"),), LAYOUTS, (), {})
    known: dict[str, object] = {
        "meta": meta,
        "place_id": Strings.of([f"demo:{i}" for i in range(places)]),
        "place_name": Strings.of(names),
        "place_code": Strings.of(["", "P1", *[""] * (places - 3), "HB"]),
        "place_tz": np.zeros(places, np.int32),
        # The train calls at a platform of the last place when it calls at place 3.
        "place_station": np.array([*range(3), places - 1, *range(4, places)], np.int32),
        "operator_id": Strings.of(["op"]),
        "operator_name": Strings.of(["Operator"]),
        "operator_feed": np.zeros(1, np.int32),
        "line_id": Strings.of(["line"]),
        "line_name": Strings.of(["Line"]),
        "line_operator": np.zeros(1, np.int32),
        "line_mode": np.zeros(1, np.uint8),
        "service_no": np.array(numbers, np.int64),
        "service_ref": Strings.of(text),
        "service_number": Strings.of(text),
        "service_headsign": Strings.of(text),
        "service_line": np.zeros(len(numbers), np.int32),
        "service_tz": np.zeros(len(numbers), np.int32),
        "service_calendar": np.zeros(len(numbers), np.int32),
        "service_layout": np.array([services[number][0] for number in numbers], np.int32),
        "service_status": np.array([services[number][2] for number in numbers], np.uint8),
        "service_shape": np.full(len(numbers), -1, np.int32),
        "call_start": starts,
        "call_place": call_place,
        "call_arr_s": (call_place * 600 + 12 * 3600 - 60).astype(np.int32),
        "call_dep_s": (call_place * 600 + 12 * 3600).astype(np.int32),
        "call_flags": np.full(len(call_place), CAN_BOARD | CAN_ALIGHT, np.uint8),
        "call_distance_m": (call_place * 10_000).astype(np.int32),
        "calendar_first_day": np.array([TODAY - 1], np.int32),
        "calendar_start": np.array([0, DAYS], np.int64),
        "calendar_runs": np.ones(DAYS, np.uint8),
    }
    for name, kind in get_type_hints(Timetable).items():
        if name not in known:
            known[name] = _empty(kind, places if name.startswith("place") else 0)
    return Timetable(**known)  # type: ignore[arg-type]


def _empty(kind: object, length: int) -> object:
    if kind is Strings:
        return Strings.of([""] * length)
    dtype = kind.__args__[1].__args__[0]  # type: ignore[attr-defined]
    return np.zeros(length, dtype)


def make_timetables(folder: Path) -> TimetableStore:
    store = TimetableStore(folder)
    store.snapshots.publish(make_timetable(), 1)
    store.refresh()
    return store


async def migrate(dsn: str) -> None:
    """The schema, with the months that the service would make at its start."""
    await upgrade(dsn, [ServiceMigrations("inventory", MIGRATIONS)])
    async with Database(dsn, pool_size=1) as database:
        await KeepPartitions(PostgresHolds(database), FixedClock(NOW))()


def make_service(
    database: Database,
    timetables: TimetableStore,
    *,
    worker_no: int = 0,
    hold_ttl_s: int = 600,
    clock: FixedClock | None = None,
    sales_horizon_days: int = 396,
) -> Service:
    return wiring.build(
        database=database,
        timetables=timetables,
        offer_seal=Seal(b"s" * 32, "offer", Offer, OfferInvalid),
        clock=clock or FixedClock(NOW),
        worker_no=worker_no,
        hold_ttl_s=hold_ttl_s,
        sales_horizon_days=sales_horizon_days,
    )


def departure(service: int = TRAIN, day: int = DAY) -> int:
    return departure_id(day, service)


def wants(
    service: int = TRAIN,
    from_call: int = 0,
    to_call: int = 3,
    cabin: str = "second",
    *,
    passengers: int = 1,
    units: Sequence[str] | None = None,
    day: int = DAY,
    key: str | None = None,
    fingerprint: str = "",
    features: Sequence[str] = (),
    together: bool = True,
    coach: str | None = None,
    accessible: bool = False,
    seat_change: bool = False,
) -> PlaceHold:
    return PlaceHold(
        (LegRequest(departure(service, day), from_call, to_call, cabin),),
        passengers,
        "token",
        None if units is None else (tuple(units),),
        Preferences(tuple(features), together, coach, accessible, seat_change),
        key,
        fingerprint,
    )


def sold_twice(holds: Iterable[Hold]) -> list[tuple[int, int, int]]:
    """(departure, unit, section) that more than one passenger has."""
    counts = Counter(
        (unit.departure_id, unit.unit_no, section)
        for hold in holds
        for unit in hold.units
        for section in range(unit.from_call, unit.to_call)
    )
    return [key for key, count in counts.items() if count > 1]


async def nothing_wrong(api: InventoryApi) -> None:
    findings = await api.check(CheckInventory())
    assert findings.findings == ()
