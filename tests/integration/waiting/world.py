"""The waiting service on a real database, reached over HTTP by visitors from many addresses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, UUID, uuid5

import httpx2
from fastapi import FastAPI

import wayfare.services.waiting.wiring as waiting_wiring
from wayfare.contracts.customers.api import Identity
from wayfare.contracts.inventory.api import Holder
from wayfare.contracts.waiting.api import OpenRoom, Room, WaitingApi
from wayfare.gateway import problems
from wayfare.infrastructure.access import CALLER
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import ServiceMigrations, upgrade
from wayfare.infrastructure.waiting_door import WaitingDoor
from wayfare.kernel.ids import parse_departure
from wayfare.services.waiting.wiring import WaitingOptions

SECRET = b"a secret of the tests that is long"
MIGRATIONS = Path(waiting_wiring.__file__).parent / "adapters/migrations"
TRAIN = "20300101-7"
DEPARTURE = parse_departure(TRAIN)
HOLDS_MAX, ADDRESS_MAX = 3, 4
NEVER = 0.001
"""A rate at which nobody is let in while a test runs."""


async def migrate(dsn: str) -> None:
    await upgrade(dsn, [ServiceMigrations("waiting", MIGRATIONS)])


class Visitor:
    """Somebody with a device. `device` and `place` are what he was given."""

    def __init__(self, process: Process, address: str = "192.0.2.1", device: str = "", customer: str = "") -> None:
        self.process, self.address, self.device, self.customer = process, address, device, customer
        self.place = self.admission = ""

    async def request(self, method: str, path: str, **options: Any) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self.process.app_for(self.customer), client=(self.address, 4711))
        headers = {"x-device-id": self.device} if self.device else {}
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, headers=headers, **options)

    async def join(self, room: str = TRAIN) -> Any:
        answer = await self.request("POST", f"/v1/waiting-rooms/{room}/places")
        if answer.status_code == 201:
            self.place, self.device = answer.json()["place"], answer.json()["device"]
        return answer

    async def look(self, room: str = TRAIN) -> Any:
        answer = await self.request("GET", f"/v1/waiting-rooms/{room}/place", params={"place": self.place})
        self.admission = answer.json().get("admission", "")
        return answer.json()

    async def stream(self, room: str = TRAIN) -> str:
        path = f"/v1/waiting-rooms/{room}/place/events"
        return (await self.request("GET", path, params={"place": self.place})).text

    def holder(self) -> Holder:
        return Holder(self.address, self.device, self.customer, self.admission)


class Process:
    """One process with the waiting service and a door."""

    def __init__(self, database: Database, api: WaitingApi, app: FastAPI, door: WaitingDoor) -> None:
        self.database, self.api, self.door = database, api, door
        self._app = app

    def app_for(self, customer: str) -> Any:
        """The application, behind an edge that knows who asks."""

        async def app(scope: Any, receive: Any, send: Any) -> None:
            caller = Identity(uuid5(NAMESPACE_DNS, customer), UUID(int=1), (), 0) if customer else None
            await self._app({**scope, CALLER: caller}, receive, send)

        return app

    def visitor(self, number: int = 1, **known: str) -> Visitor:
        return Visitor(self, f"198.51.100.{number}", **known)

    async def open(self, rate: float = NEVER, room: int = DEPARTURE, starts_s: float | None = None) -> Room:
        """Returns when this process knows it."""
        opened = await self.api.open_room(OpenRoom(room, rate, starts_s))
        await until(lambda: _knows(self.door, opened))
        return opened


async def _knows(door: WaitingDoor, room: Room) -> bool:
    known = door.rooms.get(room.departure_id)
    return known is not None and known.room_id == room.room_id


@asynccontextmanager
async def running(dsn: str) -> AsyncIterator[Process]:
    options = WaitingOptions(SECRET, admission_holds_max=HOLDS_MAX, places_address_max=ADDRESS_MAX)
    async with Database(dsn, pool_size=6, application_name="tests") as database:
        service = waiting_wiring.build(database=database, options=options)
        app = FastAPI()
        problems.install(app)
        for router in service.routers:
            app.include_router(router)
        door = WaitingDoor(service.api, SECRET)
        await service.start()
        await door.start()
        try:
            yield Process(database, service.api, app, door)
        finally:
            await door.stop()
            await service.stop()


async def until(holds: Callable[[], Awaitable[bool]], within_s: float = 20.0) -> None:
    """Wait for something that comes by itself."""
    async with asyncio.timeout(within_s):
        while not await holds():
            await asyncio.sleep(0.02)
