"""GET /v1/offers/calendar: the price of each date is that of the cheapest offer a search finds there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from unit.offers.desks import Desk, open_desk
from unit.offers.worlds import World, standard_tariff, two_class_layout
from wayfare.contracts.catalogue.fares import LoadStep
from wayfare.kernel.ids import parse_departure
from wayfare.services.offers.application import price_calendar

SUNDAY = "2026-06-14"  # today, after the last departure; trains run on the days after
FROM_TODAY = {"from_": "f:A", "to": "f:B", "date_from": SUNDAY, "days": 6}


def trains() -> World:
    """One train on Monday, several on Tuesday and Thursday; another service on Wednesday."""
    world = World().service("1", "A 08:00 B 10:00", days=(0, 1, 3)).service("2", "A 12:00 C 13:00", days=(2,))
    for number, hour in enumerate(range(10, 20), 3):
        world.service(str(number), f"A {hour}:00 M {hour}:30 B {hour + 2}:00", days=(1, 3))
    return world


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path, trains()) as opened:
        yield opened


async def calendar(desk: Desk, **changes: Any) -> list[dict[str, Any]]:
    answer = await desk.get("/v1/offers/calendar", **{**FROM_TODAY, **changes})
    assert answer.status_code == 200, answer.text
    days: list[dict[str, Any]] = answer.json()["days"]
    return days


async def cheapest(desk: Desk, day: str, **query: Any) -> Mapping[str, str]:
    """As a search has it."""
    found = await desk.offers("f:A", "f:B", day, limit=50, **query)
    prices = [offer["price"] for trip in found["trips"] for offer in trip["offers"] if offer["offer_id"]]
    return min(prices, key=lambda price: Decimal(price["amount"]))


class TestPrices:
    async def test_are_those_of_searches(self, desk: Desk) -> None:
        days = await calendar(desk, passengers="adult:1,child:1")
        assert [day["date"] for day in days] == [f"2026-06-{number}" for number in range(14, 20)]
        assert [day["status"] for day in days] == ["none", "offers", "offers", "none", "offers", "none"]
        for day in days:
            if day["status"] == "offers":
                assert day["price"] == await cheapest(desk, day["date"], passengers="adult:1,child:1")
            else:
                assert day["price"] is None

    async def test_follow_the_load_past_the_first_that_are_looked_at(self, tmp_path: Path) -> None:
        dearer = (LoadStep(Decimal("0.5"), Decimal(3)),)
        world = replace(trains(), layouts=(two_class_layout(20),), tariffs=(standard_tariff(load=dearer),))
        async with open_desk(tmp_path, world) as desk:
            for departure in [f"20260616-{number}" for number in (1, 3, 4, 5, 6, 7, 8, 9)]:  # half full
                for cabin in ("first", "second"):
                    desk.seats.take(parse_departure(departure), cabin, 5)
            (day,) = await calendar(desk, date_from="2026-06-16", days=1)
            assert day["price"] == await cheapest(desk, "2026-06-16")
            asked = {leg.departure_id for message in desk.seats.asked for leg in message.legs}
            assert len(asked) == 11

    async def test_ask_for_some_departures_only(self, desk: Desk) -> None:
        await calendar(desk, date_from="2026-06-16", days=1)
        asked = {leg.departure_id for message in desk.seats.asked for leg in message.legs}
        assert len(asked) == 4

    async def test_are_none_when_everything_is_sold(self, desk: Desk) -> None:
        for cabin in ("first", "second"):
            desk.seats.take(parse_departure("20260615-1"), cabin, 1000)
        assert (await calendar(desk))[1] == {"date": "2026-06-15", "status": "none", "price": None}

    async def test_are_kept_for_a_minute(self, desk: Desk) -> None:
        before = (await calendar(desk))[1]
        for cabin in ("first", "second"):
            desk.seats.take(parse_departure("20260615-1"), cabin, 1000)
        asked = len(desk.seats.asked)
        assert (await calendar(desk))[1] == before
        assert len(desk.seats.asked) == asked
        desk.clock.advance(61)
        assert (await calendar(desk))[1]["status"] == "none"


class TestUnknown:
    async def test_while_nobody_knows_what_is_free(self, desk: Desk) -> None:
        desk.seats.away = True
        answer = await desk.get("/v1/offers/calendar", **FROM_TODAY)
        days = answer.json()["days"]
        assert [day["status"] for day in days] == ["none", "unknown", "unknown", "none", "unknown", "none"]
        assert {day["price"] for day in days} == {None}
        assert "cache-control" not in answer.headers
        desk.seats.away = False
        answer = await desk.get("/v1/offers/calendar", **FROM_TODAY)
        assert "unknown" not in answer.text
        assert answer.headers["cache-control"] == "public, max-age=60"

    async def test_in_a_currency_without_a_rate(self, desk: Desk) -> None:
        days = await calendar(desk, currency="JPY")
        assert [day["status"] for day in days] == ["none", "unknown", "unknown", "none", "unknown", "none"]

    async def test_beyond_what_the_work_of_one_question_reaches(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ticks = count(step=1.1)  # of seconds, for each look at the clock
        monkeypatch.setattr(price_calendar, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
        days = await calendar(desk)
        assert [day["status"] for day in days] == ["none", "offers", "offers", "unknown", "unknown", "none"]
        assert "unknown" not in {day["status"] for day in await calendar(desk)}


class TestRefuses:
    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"days": 43}, "days"),
            ({"days": 0}, "days"),
            ({"date_from": "2026-02-30"}, "date_from"),
            ({"to": "f:A"}, "to"),
            ({"cabin": "third"}, "cabin"),
            ({"date": SUNDAY}, "date"),
        ],
    )
    async def test_what_makes_no_sense(self, changes: dict[str, Any], field: str, desk: Desk) -> None:
        answer = await desk.get("/v1/offers/calendar", **{**FROM_TODAY, **changes})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)

    async def test_places_that_are_not_there(self, desk: Desk) -> None:
        answer = await desk.get("/v1/offers/calendar", **{**FROM_TODAY, "to": "f:nowhere"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
