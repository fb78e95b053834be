"""What inventory counts and measures."""

from __future__ import annotations

from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from integration.inventory.world import DAY, FLIGHT, TODAY, TRAIN, make_timetable, wants
from wayfare.contracts.inventory.api import ConfirmHold, ReleaseHold
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.ids import departure_id
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.measure_utilisation import count_offered


def read(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def measure(service: Service) -> None:
    await next(job.run for job in service.jobs if job.name == "inventory.utilisation")()


async def test_holds_by_what_became_of_them(service: Service) -> None:
    names = [f"wayfare_holds_{what}_total" for what in ("placed", "confirmed", "released", "expired")]
    before = [read(name) for name in names]
    api = service.api
    holds = [await api.place_hold(wants(TRAIN, passengers=2)) for _ in range(5)]
    bookings = [uuid4() for _ in range(3)]
    for hold, booking in zip(holds, bookings, strict=False):
        for _ in range(2):  # a repeated confirmation is not another one
            await api.confirm_hold(ConfirmHold(hold.hold_id, booking))
    for _ in range(2):
        await api.release_hold(ReleaseHold(holds[0].hold_id, bookings[0]))
        await api.release_hold(ReleaseHold(holds[3].hold_id))
    await api.release_hold(ReleaseHold(holds[1].hold_id, bookings[1], (0,)))  # one of two stays
    assert [read(name) - old for name, old in zip(names, before, strict=True)] == [5, 3, 2, 0]
    await measure(service)
    assert read("wayfare_holds_open") == 1


def test_what_is_offered_is_every_unit_on_every_section(timetables: TimetableStore) -> None:
    timetable, departures = make_timetable(), Departures(timetables)
    for first_day, days in ((TODAY, 1), (TODAY, 7), (TODAY - 3, 4), (TODAY + 480, 40), (TODAY + 900, 3)):
        expected = 0
        for day in range(first_day, first_day + days):
            for service_no in timetable.service_no.tolist():
                departure = departures.find(departure_id(day, service_no))
                if departure is not None and departure.on_sale:
                    expected += departure.index.on_sale.bit_count() * departure.sections
        assert count_offered(timetable, first_day, days) == expected


async def test_utilisation_by_days_ahead(service: Service) -> None:
    await service.api.place_hold(wants(TRAIN, 0, 3, passengers=2, day=TODAY))
    await service.api.place_hold(wants(FLIGHT, 0, 1, "economy", passengers=5, day=DAY))
    await service.api.place_hold(wants(TRAIN, 0, 8, day=TODAY + 20))
    await service.api.place_hold(wants(TRAIN, 0, 8, day=TODAY + 30))  # beyond
    await measure(service)
    a_day = count_offered(make_timetable(), TODAY, 1)
    assert a_day > 0
    measured = [read("wayfare_seat_utilisation_ratio", horizon=name) for name in ("today", "7_days", "30_days")]
    assert measured == pytest.approx([6 / a_day, 11 / (7 * a_day), 19 / (30 * a_day)])
