"""Seats as server-sent events: what a watcher is told, and that nobody pays for it while nobody watches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import FastAPI

from integration.inventory.world import DAY, TRAIN, departure, wants
from wayfare.contracts.inventory.api import ReleaseHold
from wayfare.gateway import problems
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import NotFound, RateLimited, Unavailable, ValidationFailed
from wayfare.kernel.ids import format_departure
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.application.ports import Taken
from wayfare.services.inventory.application.watch_seats import SeatWatch, WatchSeats
from wayfare.services.inventory.entrypoints import seat_events
from wayfare.services.inventory.entrypoints.bodies import SeatEvent

DEPARTURE = format_departure(departure())
PATIENCE_S = 30


class Stream:
    """One request to an application, read as it comes; closing it is what a browser that leaves does."""

    def __init__(self, app: Any, path: str, headers: dict[str, str]) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()
        route, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": route, "raw_path": route.encode(), "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("192.0.2.1", 1), "server": ("test", 80), "root_path": "",
        }  # fmt: skip
        self.task = asyncio.create_task(app(scope, self._receive, self.sent.put))

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def message(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            return await self.sent.get()

    async def event(self) -> dict[str, str]:
        """The next one; comments are passed over."""
        while True:
            lines = (await self.message())["body"].decode().splitlines()
            fields = dict(line.split(": ", 1) for line in lines if line and not line.startswith(":"))
            if "event" in fields:
                SeatEvent.model_validate_json(fields["data"])
                return fields

    async def leave(self) -> None:
        self._gone.set()
        async with asyncio.timeout(PATIENCE_S):
            await self.task


@pytest.fixture
def app(service: Service) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    for router in service.routers:
        app.include_router(router)
    return app


@asynccontextmanager
async def follow(app: FastAPI, path: str, **headers: str) -> AsyncIterator[Stream]:
    stream = Stream(app, path, {name.replace("_", "-"): value for name, value in headers.items()})
    try:
        start = await stream.message()
        assert (start["status"], dict(start["headers"])[b"content-type"]) == (200, b"text/event-stream; charset=utf-8")
        yield stream
    finally:
        await stream.leave()


class TestStream:
    PATH = f"/v1/departures/{DEPARTURE}/seats/events?from=1&to=3"

    async def test_tells_every_unit_and_then_what_changes(self, app: FastAPI, service: Service) -> None:
        await service.api.place_hold(wants(units=["S1-5"], from_call=2, to_call=4))
        async with follow(app, self.PATH) as stream:
            first = await stream.event()
            assert first["event"] == "seats"
            units = json.loads(first["data"])["units"]
            assert (len(units), [unit for unit, state in units.items() if state != "free"]) == (60, ["S1-5"])
            hold = await service.api.place_hold(wants(units=["S2-7"], from_call=0, to_call=8))
            await service.api.place_hold(wants(units=["S2-8"], from_call=5, to_call=8))  # of no concern to this leg
            taken = await stream.event()
            assert (taken["event"], json.loads(taken["data"])["units"]) == ("changes", {"S2-7": "taken"})
            await service.api.release_hold(ReleaseHold(hold.hold_id))
            given_back = await stream.event()
            assert json.loads(given_back["data"])["units"] == {"S2-7": "free"}
            assert given_back["id"] == first["id"] != taken["id"]

    async def test_who_comes_back_is_told_what_was_missed(self, app: FastAPI, service: Service) -> None:
        async with follow(app, self.PATH) as stream:
            known = (await stream.event())["id"]
        async with follow(app, self.PATH, last_event_id=known) as stream:
            await service.api.place_hold(wants(units=["S1-9"], from_call=1, to_call=2))
            event = await stream.event()
            assert (event["event"], json.loads(event["data"])["units"]) == ("changes", {"S1-9": "taken"})
        async with follow(app, self.PATH, last_event_id=known) as stream:
            assert (await stream.event())["event"] == "seats"

    async def test_beats_and_ends(self, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(seat_events, "STREAM_S", 0.2)
        monkeypatch.setattr(seat_events, "HEARTBEAT_S", 0.05)
        async with follow(app, self.PATH) as stream:
            await stream.event()
            async with asyncio.timeout(PATIENCE_S):
                await stream.task
            rest = [stream.sent.get_nowait() for _ in range(stream.sent.qsize())]
        assert b": still here\n\n" in [message["body"] for message in rest]
        assert rest[-1] == {"type": "http.response.body", "body": b"", "more_body": False}

    async def test_whoever_leaves_is_not_watched_for(self, app: FastAPI, service: Service) -> None:
        async with follow(app, self.PATH) as stream:
            await stream.event()
            assert service.internals["seat_watches"]() == 1
        assert service.internals["seat_watches"]() == 0

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("/v1/departures/nope/seats/events", 404, "not_found"),
            ("/v1/departures/20261122-1/seats/events", 404, "not_found"),
            (f"/v1/departures/{DEPARTURE}/seats/events?from=3&to=3", 422, "validation_failed"),
            (f"/v1/departures/{DEPARTURE}/seats/events?from=elsewhere", 422, "validation_failed"),
        ],
    )
    async def test_refuses(self, app: FastAPI, path: str, status: int, code: str) -> None:
        stream = Stream(app, path, {})
        assert (await stream.message())["status"] == status
        assert json.loads((await stream.message())["body"])["code"] == code
        await stream.leave()


class CountedReads:
    """A store of holds that counts how often it is asked what is taken."""

    def __init__(self) -> None:
        self.reads = 0
        self.taken: Taken = ()
        self.away = False

    async def read_taken(self, departure_id: int) -> Taken:
        assert departure_id == departure()
        self.reads += 1
        if self.away:
            raise Unavailable("the database is away")
        return self.taken


class TestWatching:
    @pytest.fixture
    def store(self) -> CountedReads:
        return CountedReads()

    @pytest.fixture
    def watch(self, store: CountedReads, timetables: TimetableStore) -> WatchSeats:
        departures = Departures(timetables)
        pictures = Pictures(departures, store)  # type: ignore[arg-type]
        return WatchSeats(pictures, departures, every_s=0.02, watches_max=3, address_max=2)

    async def settle(self, watch: SeatWatch) -> dict[str, str]:
        """The next news."""
        async with asyncio.timeout(PATIENCE_S):
            while not (news := watch.news()) and not watch.ended:
                await watch.wait(1)
        return news

    async def test_is_one_look_at_a_time_for_all_and_none_for_nobody(
        self, watch: WatchSeats, store: CountedReads
    ) -> None:
        one, other = await watch(departure(), 0, 2, "192.0.2.1"), await watch(departure(), 1, 4, "192.0.2.2")
        assert len(one.news()) == len(other.news()) == 60
        store.taken = ((4, 0b1),)  # S1-5 from call 0 to call 1
        assert await self.settle(one) == {"S1-5": "taken"}
        assert other.news() == {}
        tasks = [task for task in asyncio.all_tasks() if task.get_name() == "seat-watch"]
        assert len(tasks) == 1
        one.close()
        assert not tasks[0].cancelling()
        other.close()
        await asyncio.wait(tasks, timeout=PATIENCE_S)
        reads = store.reads
        await asyncio.sleep(0.1)
        assert store.reads == reads
        assert len(watch) == 0

    async def test_is_for_so_many_at_once(self, watch: WatchSeats) -> None:
        here = [await watch(departure(), 0, 2, "2001:db8::1"), await watch(departure(), 0, 2, "2001:db8::2")]
        with pytest.raises(RateLimited) as limited:
            await watch(departure(), 0, 2, "2001:db8::3")  # the same household
        assert limited.value.facts["retry_after_s"] > 0
        here.append(await watch(departure(), 0, 2, "192.0.2.1"))
        with pytest.raises(Unavailable):
            await watch(departure(), 0, 2, "192.0.2.2")
        for each in here:
            each.close()
        (await watch(departure(), 0, 2, "2001:db8::3")).close()

    async def test_ends_while_the_database_is_away(self, watch: WatchSeats, store: CountedReads) -> None:
        one = await watch(departure(), 0, 2, "192.0.2.1")
        one.news()
        store.away = True
        await self.settle(one)
        assert one.ended
        one.close()
        with pytest.raises(Unavailable):
            await watch(departure(), 0, 2, "192.0.2.1")
        store.away = False
        again = await watch(departure(), 0, 2, "192.0.2.1")
        assert len(again.news()) == 60
        again.close()

    async def test_of_what_is_not_there(self, watch: WatchSeats) -> None:
        with pytest.raises(NotFound):
            await watch(departure(1), 0, 2, "192.0.2.1")
        with pytest.raises(ValidationFailed):
            await watch(departure(TRAIN, DAY), 2, 2, "192.0.2.1")
        assert len(watch) == 0
