from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from integration.catalogue.world import CatalogueWorld
from unit.catalogue.feeds import FeedBuilder
from wayfare.contracts.catalogue.api import CatalogueApi, CatalogueStatus, GetStatus
from wayfare.kernel.errors import NotFound, Unavailable, ValidationFailed
from wayfare.services.catalogue.application.get_path import GetPath
from wayfare.services.catalogue.entrypoints.http import DepartureAnswer, PathAnswer
from wayfare.services.catalogue.wiring import build


def feed() -> FeedBuilder:
    builder = FeedBuilder().stop("M", stop_timezone="Europe/Moscow", stop_code="MSK", stop_lat="55.7", stop_lon="37.6")
    return builder.trip("t1", "A 23:30:00, M 26:00:00/26:10:00, B 30:00:00", trip_short_name="EN 13", trip_headsign="B")


async def ask(world: CatalogueWorld, path: str) -> httpx2.Response:
    service = build(database=world.database, timetables=world.timetables, inventory=world.inventory, clock=world.clock)
    app = FastAPI()
    for router in service.routers:
        app.include_router(router)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as client:
        return await client.get(path)


class TestGetDeparture:
    async def test_calls_in_the_local_time_of_each_place(self, world: CatalogueWorld) -> None:
        await world.load(feed())
        number = world.number("t1")
        response = await ask(world, f"/v1/departures/20260715-{number}")
        assert response.status_code == 200
        body: dict[str, Any] = response.json()
        DepartureAnswer.model_validate(body)
        assert body["id"] == f"20260715-{number}"
        assert (body["service_number"], body["headsign"], body["mode"], body["status"]) == (
            "EN 13",
            "B",
            "rail",
            "on_sale",
        )
        assert body["operator"] == {"id": "f:DB", "name": "Bahn"}
        assert body["line"] == {"id": "R1", "name": "IC 1"}
        calls = body["calls"]
        assert [call["place"]["id"] for call in calls] == ["f:A", "f:M", "f:B"]
        assert [call["departs_at"] for call in calls] == [
            "2026-07-15T23:30:00+02:00",
            "2026-07-16T03:10:00+03:00",
            None,
        ]
        assert [call["arrives_at"] for call in calls] == [
            None,
            "2026-07-16T03:00:00+03:00",
            "2026-07-16T06:00:00+02:00",
        ]
        assert calls[1]["place"]["code"] == "MSK"
        assert [call["can_board"] for call in calls] == [True, True, False]

    async def test_the_night_the_clocks_change(self, world: CatalogueWorld) -> None:
        """Times count from noon minus twelve hours: on 29 March, 23:00 of the 28th by the clock."""
        await world.load(FeedBuilder().trip("t1", "A 6:00:00, B 7:00:00"))
        shown = world.use.get_departure(f"20260329-{world.number('t1')}")
        assert shown["calls"][0]["departs_at"] == "2026-03-29T06:00:00+02:00"

    @pytest.mark.parametrize("public_id", ["20270101-{n}", "20260715-999", "20260715", "20261315-{n}", "20260715-0"])
    async def test_what_does_not_run_is_not_found(self, world: CatalogueWorld, public_id: str) -> None:
        await world.load(feed())
        with pytest.raises(NotFound):
            world.use.get_departure(public_id.format(n=world.number("t1")))

    async def test_before_any_import(self, world: CatalogueWorld) -> None:
        with pytest.raises(Unavailable):
            world.use.get_departure("20260715-1")


def on_shape() -> FeedBuilder:
    builder = FeedBuilder().trip("t1", "A 8:00:00, B 9:00:00, C 10:00:00", shape_id="s")
    for i, (lat, lon) in enumerate([(52.5, 13.4), (52.6, 12.7), (52.0, 12.0), (51.9, 11.5), (51.3, 11.0)]):
        builder.row("shapes", shape_id="s", shape_pt_lat=str(lat), shape_pt_lon=str(lon), shape_pt_sequence=str(i))
    return builder


class TestPath:
    async def path(self, world: CatalogueWorld, feed: FeedBuilder, query: str = "") -> dict[str, Any]:
        await world.load(feed)
        answer = await ask(world, f"/v1/departures/20260715-{world.number('t1')}/path{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/geo+json")
        assert answer.headers["cache-control"].startswith("public")  # so that the edge gives it an ETag
        PathAnswer.model_validate_json(answer.content)
        body: dict[str, Any] = answer.json()
        return body

    async def test_follows_the_shape_of_the_leg(self, world: CatalogueWorld) -> None:
        body = await self.path(world, on_shape(), "?from=f:B&to=2")
        assert body["geometry"] == {"type": "LineString", "coordinates": [[12.0, 52.0], [11.5, 51.9], [11.0, 51.3]]}
        properties = body["properties"]
        assert (properties["source"], properties["mode"]) == ("shape", "rail")
        assert properties["calls"][1] == {"call": 2, "place_id": "f:C", "name": "Station C", "position": [11.0, 51.3]}

    async def test_goes_straight_without_one(self, world: CatalogueWorld) -> None:
        body = await self.path(world, FeedBuilder().trip("t1", "A 8:00:00, B 9:00:00, C 10:00:00"))
        assert body["properties"]["source"] == "straight"
        assert body["geometry"]["coordinates"] == [[13.4, 52.5], [12.0, 52.0], [11.0, 51.3]]

    async def test_of_a_flight_is_a_great_circle(self, world: CatalogueWorld) -> None:
        feed = FeedBuilder().row("routes", route_id="F", agency_id="DB", route_short_name="LH", route_type="1100")
        body = await self.path(world, feed.trip("t1", "A 8:00:00, D 10:00:00", route_id="F"))
        assert body["properties"]["source"] == "great_circle"
        assert len(body["geometry"]["coordinates"]) == 6  # 430 km in five pieces

    async def test_of_places_without_position_is_not_drawn(self, world: CatalogueWorld) -> None:
        feed = FeedBuilder().stop("X").stop("Y").trip("t1", "X 8:00:00, Y 10:00:00")
        body = await self.path(world, feed)
        assert (body["geometry"], body["properties"]["source"]) == (None, "none")
        assert body["properties"]["calls"][0]["position"] is None

    @pytest.mark.parametrize("query", ["from=2&to=1", "to=9", "from=nowhere"])
    async def test_of_no_leg(self, world: CatalogueWorld, query: str) -> None:
        await world.load(on_shape())
        start, _, end = query.partition("&")
        leg = {name: value for name, _, value in (part.partition("=") for part in (start, end))}
        with pytest.raises(ValidationFailed):
            GetPath(world.timetables)(f"20260715-{world.number('t1')}", leg.get("from"), leg.get("to"))

    async def test_of_no_departure(self, world: CatalogueWorld) -> None:
        await world.load(on_shape())
        for departure_id in ("x", "20270101-1", "20260715-999"):
            with pytest.raises(NotFound):
                GetPath(world.timetables)(departure_id, None, None)


class TestService:
    async def test_status_before_and_after_and_at_start(self, world: CatalogueWorld, tmp_path: Path) -> None:
        service = build(
            database=world.database, timetables=world.timetables, inventory=world.inventory, clock=world.clock
        )
        api: CatalogueApi = service.api
        await service.start()
        assert await api.get_status(GetStatus()) == CatalogueStatus(0, 0, 0)
        await world.load(feed())
        assert await api.get_status(GetStatus()) == CatalogueStatus(1, 1, 5)
        assert service.internals["timetable_generation"]() == 1
        assert [job.name for job in service.jobs] == ["catalogue.publish"]


@pytest.mark.slow
class TestDemo:
    async def test_loads_once_and_rolls_forward(self, world: CatalogueWorld) -> None:
        first = await world.use.load_demo()
        assert first.changed
        assert len(first.feeds) == 4
        assert not [issue for report in first.feeds for issue in report.issues]
        assert all(report.services.not_sold == 0 for report in first.feeds)
        timetable = world.timetable
        numbers = timetable.service_no.tolist()
        assert not [tariff.code for tariff in timetable.meta.tariffs if tariff.code.startswith("default")]
        rows = await world.rows()
        again = await world.use.load_demo()
        assert (again.changed, again.generation) == (False, first.generation)
        assert await world.rows() == rows
        sold = f"20260601-{numbers[0]}"
        world.inventory.sell(sold)
        world.inventory.sell(f"20260610-{numbers[0]}")
        world.clock.advance(2 * 86_400)
        later = await world.use.load_demo()
        assert later.changed
        assert not [change for report in later.feeds for change in report.changes]
        assert world.timetable.service_no.tolist() == numbers
        assert world.use.get_departure(sold)["id"] == sold
        last = datetime(2026, 10, 1, tzinfo=UTC)
        assert world.timetable.runs_on(0, (last - datetime(2000, 1, 1, tzinfo=UTC)).days)
