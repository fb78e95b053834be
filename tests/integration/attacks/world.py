"""The whole system in one process, on a real PostgreSQL and a small timetable, with its edge."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from unit.catalogue.feeds import FeedBuilder
from wayfare.bootstrap.asgi import build_app
from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.schema import run_migrations
from wayfare.bootstrap.settings import Settings
from wayfare.bootstrap.system import System
from wayfare.contracts.customers.roles import Grant
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.kernel.time import SystemClock
from wayfare.services.catalogue.wiring import make_use_cases
from wayfare.services.customers.application.register import NewCustomer
from wayfare.services.customers.wiring import open_users

PASSWORD = "a horse of a different colour"
ADA, EVE = "ada@example.org", "eve@example.org"
ADDRESS = "203.0.113.9"
TRIPS = 6


def settings_of(dsn: str, folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        database_url=dsn,
        secret="a secret of the tests that is long",
        pool_size=6,
        rate_limits="off",
        many_from=f"{ADDRESS}/32",
        holds_open_device_max=0,
        staff_second_factor=False,
        body_bytes_max=65_536,
        payment_routes="card=simulated;paypal=paypal",
        payment_paypal_client_id="id",
        payment_paypal_secret="secret",
        payment_paypal_webhook_id="webhook",
    )


async def prepare(dsn: str, folder: Path) -> None:
    """Schemas, a timetable of one line for the next days, and the accounts of ada and eve."""
    settings = settings_of(dsn, folder)
    await run_migrations(settings)
    system = compose(settings, run_jobs=False)
    await system.start()
    try:
        database = system.databases[settings.database_url_of("catalogue")]
        use = make_use_cases(
            database=database,
            timetables=system.timetables,
            inventory=system.services["inventory"].api,
            clock=SystemClock(),
            settle_s=0.0,
        )
        await use.import_feed(feed().zip(folder / "feed.zip"), "f")
    finally:
        await system.stop()
    async with Database(settings.database_url_of("customers"), pool_size=2) as database:
        users = open_users(database, KeyFile(settings.data_keys_path))
        for address in (ADA, EVE):
            await users.create(NewCustomer(address, PASSWORD), Grant("customer"))


def feed() -> FeedBuilder:
    today = datetime.now(UTC).date()
    first, last = (f"{today + timedelta(days=days):%Y%m%d}" for days in (-1, 30))
    built = FeedBuilder().without("calendar.txt").calendar("daily", first, last)
    for number in range(TRIPS):
        built.trip(f"t{number}", f"A {8 + number}:00:00, B {9 + number}:00:00, C {10 + number}:00:00")
    return built


class World:
    """One running system, its client, and what people do with it."""

    def __init__(self, system: System, edge: Any) -> None:
        self.system, self.edge = system, edge
        transport = httpx2.ASGITransport(app=edge, raise_app_exceptions=False, client=(ADDRESS, 4711))
        self.http = httpx2.AsyncClient(transport=transport, base_url="http://test")
        self.database = system.databases[system.settings.database_url_of("bookings")]

    async def job(self, name: str) -> None:
        """One round of a job."""
        services = self.system.services.values()
        jobs = [job for service in services for job in [*service.jobs, *self.system.events.jobs_of(service)]]
        await next(job.run for job in jobs if job.name == name)()

    async def log_in(self, address: str) -> str:
        form = {"grant_type": "password", "username": address, "password": PASSWORD}
        answer = await self.http.post("/v1/auth/token", data=form)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token

    async def offer_id(self, passengers: str = "adult:1") -> str:
        day = (datetime.now(UTC).date() + timedelta(days=5)).isoformat()
        query = {"from": "f:A", "to": "f:C", "date": day, "passengers": passengers}
        found = await self.http.get("/v1/offers", params=query)
        assert found.status_code == 200, found.text
        trips = found.json()["trips"]
        offer: str = next(one["offer_id"] for trip in trips for one in trip["offers"] if one.get("offer_id"))
        return offer

    async def book(self, token: str | None = None, **changes: Any) -> httpx2.Response:
        body = {"offer_id": await self.offer_id(), **booking_body(), **changes}
        headers = {"idempotency-key": uuid.uuid4().hex} | bearer(token)
        return await self.http.post("/v1/bookings", json=body, headers=headers)

    async def booked(self, token: str | None = None, **changes: Any) -> Any:
        answer = await self.book(token, **changes)
        assert answer.status_code == 201, answer.text
        return answer.json()


def booking_body() -> dict[str, Any]:
    return {
        "passengers": [{"given_name": "Ada", "family_name": "Lovelace", "category": "adult"}],
        "contact": {"email": ADA},
        "payment": {"method": "card", "token": "tok_approved"},
    }


def bearer(token: str | None) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}


@asynccontextmanager
async def running(dsn: str, prepared: Path, folder: Path, **changes: Any) -> AsyncIterator[World]:
    """A system on a copy of what was prepared. `changes`: of its settings."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    system = compose(settings_of(dsn, folder).model_copy(update=changes), run_jobs=False)
    await system.start()
    try:
        world = World(system, build_app(system))
        async with world.http:
            yield world
    finally:
        await system.stop()
