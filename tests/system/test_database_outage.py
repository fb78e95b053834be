"""PostgreSQL goes away under load and comes back: what is answered meanwhile; nobody has to restart anything."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from conftest import FAST
from system.harness import DemoCopies, Server, run_wayfare
from system.world import CONTACT, PASSENGER, Passenger, bearer, direct_trip, in_days, sellable
from wayfare.infrastructure.embedded_postgres import EmbeddedPostgres
from wayfare.services.inventory.application.count_free import PICTURE_AGE_S

RESUMED_S = 4.0
"""For the sagas that were interrupted."""
REFUSED_S_MAX = 4.0
"""How long anything may take while it is known that nobody answers; generous for a busy machine."""
HANGING_S_MAX = 12.0
PATIENCE_S = 60.0
"""For what a busy machine may take its time with."""

pytestmark = pytest.mark.slow


@dataclass
class Load:
    """Clients who search, hold and book until told to stop; every answer is kept."""

    client: httpx2.AsyncClient
    answers: list[httpx2.Response] = field(default_factory=list)
    booked: dict[str, str] = field(default_factory=dict)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def buy(self, number: int) -> None:
        passenger = Passenger(self.client)
        while not self.stop.is_set():
            await asyncio.sleep(0.05)
            found = await self.keep(self.search(number))
            offer_id = sellable(direct_trip(found.json()))[-1]["offer_id"]
            held = await self.keep(passenger.hold(offer_id))
            if held.status_code == 201:
                booked = await self.keep(passenger.book(held.json()["hold_id"]))
                if booked.status_code == 201:
                    self.booked[booked.json()["locator"]] = booked.json()["access_token"]

    def search(self, number: int) -> Any:
        query = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(10 + number % 8)}
        return self.client.get("/v1/offers", params=query)

    async def keep(self, request: Any) -> httpx2.Response:
        answer: httpx2.Response = await request
        self.answers.append(answer)
        return answer

    async def until_booked(self, count: int) -> None:
        begun = time.monotonic()
        while len(self.booked) < count:
            assert time.monotonic() - begun < PATIENCE_S, f"only {len(self.booked)} bookings"
            await asyncio.sleep(0.02)


@asynccontextmanager
async def load(server: Server, clients: int = 12) -> AsyncIterator[Load]:
    limits = httpx2.Limits(max_connections=100)
    async with httpx2.AsyncClient(base_url=server.url, timeout=30, limits=limits) as client:
        running = Load(client)
        tasks = [asyncio.create_task(running.buy(number)) for number in range(clients)]
        try:
            yield running
        finally:
            running.stop.set()
            await asyncio.gather(*tasks, return_exceptions=True)


def check_answers(answers: list[httpx2.Response], longest_s: float) -> None:
    """Nothing but answers that were promised, each in time."""
    slowest = max(answer.elapsed for answer in answers)
    print(f"{len(answers)} answers, the slowest after {slowest.total_seconds():.2f} s")
    for answer in answers:
        assert answer.elapsed.total_seconds() < longest_s, f"{answer.request.url} took {answer.elapsed}"
        if answer.request.method == "GET":
            assert answer.status_code == 200, answer.text
        elif answer.status_code not in (201, 202):
            check_unavailable(answer)


def check_unavailable(answer: httpx2.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["retry-after"]) >= 1
    assert "postgresql:" not in answer.text, "an address inside is nobody's business"


async def check_promises(client: httpx2.AsyncClient, offer_id: str, hold_id: str, locator: str, token: str) -> None:
    """What holds while the database is known to be away."""
    assert (await client.get("/livez")).status_code == 200
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert "PostgreSQL" in ready.json()["checks"]["database"]
    passenger = Passenger(client)
    await asyncio.sleep(PICTURE_AGE_S)  # what was counted just before it went away is known for so long
    for day in (10, 60):  # a day that was looked at before, and one that nobody has asked for
        for offer in direct_trip(await passenger.search("Berlin Hbf", "München Hbf", in_days(day)))["offers"]:
            assert (offer["availability"], offer["seats_left"]) == ("unknown", None)
            assert offer["offer_id"]
    payment = {"method": "card", "token": "tok_approved"}
    booking = {"passengers": [PASSENGER], "contact": CONTACT, "payment": payment}
    for request in (
        passenger.hold(offer_id),
        client.get(f"/v1/holds/{hold_id}"),
        client.delete(f"/v1/holds/{hold_id}"),
        passenger.book(hold_id),
        client.post("/v1/bookings", json={"offer_id": offer_id, **booking}),
        client.get(f"/v1/bookings/{locator}", headers=bearer(token)),
        passenger.cancel(locator, token),
        client.post("/v1/bookings/lookup", json={"locator": locator, "email": CONTACT["email"]}),
    ):
        answer = await request
        check_unavailable(answer)
        assert answer.elapsed.total_seconds() < REFUSED_S_MAX


async def until_away(client: httpx2.AsyncClient, both: int = 2) -> None:
    """Until every worker says that it is not ready."""
    away: set[str] = set()
    begun = time.monotonic()
    while len(away) < both:
        answer = await client.get("/readyz", headers={"connection": "close"})
        if answer.status_code == 503:
            away.add(answer.headers["x-worker"])
        assert time.monotonic() - begun < PATIENCE_S
        await asyncio.sleep(0.05)


async def until_ready(client: httpx2.AsyncClient) -> float:
    begun = time.monotonic()
    ready: set[str] = set()
    while len(ready) < 2:
        answer = await client.get("/readyz", headers={"connection": "close"})
        if answer.status_code == 200:
            ready.add(answer.headers["x-worker"])
        assert time.monotonic() - begun < PATIENCE_S, answer.text
        await asyncio.sleep(0.05)
    return time.monotonic() - begun


async def check_books_stand(client: httpx2.AsyncClient, running: Load) -> None:
    for locator, token in running.booked.items():
        booking = await client.get(f"/v1/bookings/{locator}", headers=bearer(token))
        assert booking.status_code == 200, booking.text
        assert booking.json()["status"] == "confirmed"


async def check_doctor(server: Server, **settings: str) -> None:
    """Nothing differs once what was interrupted has been resumed."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        await asyncio.sleep(RESUMED_S)
        result = await asyncio.to_thread(run_wayfare, "doctor", data_dir=server.data_dir, **settings)
        if result.returncode == 0:
            return
        assert time.monotonic() < deadline, result.stdout + result.stderr


@dataclass
class World:
    postgres: EmbeddedPostgres
    server: Server


@pytest.fixture(scope="module")
def world(demo: DemoCopies) -> Iterator[World]:
    """A server with two workers on a PostgreSQL that is not its own."""
    with (
        demo.copy() as data_dir,
        EmbeddedPostgres(data_dir, settings=FAST) as postgres,
        Server(data_dir, database_url=postgres.dsn, hold_ttl_s="60") as server,
    ):
        yield World(postgres, server)


def processes_of(postgres: EmbeddedPostgres) -> list[int]:
    """The server first, then its children."""
    server = int((postgres.data_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return [server, *map(int, children)]


@contextmanager
def frozen(postgres: EmbeddedPostgres) -> Iterator[None]:
    """Every process of the server stands still: connections open, nothing answers."""
    stopped = processes_of(postgres)
    try:
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        yield
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)


async def first_purchase(client: httpx2.AsyncClient) -> tuple[str, str, str, str]:
    """An offer, a hold that lives, and a booking with its token."""
    passenger = Passenger(client)
    offer_id = sellable(direct_trip(await passenger.search("Berlin Hbf", "München Hbf", in_days(10))))[0]["offer_id"]
    booked = await passenger.book((await passenger.hold(offer_id)).json()["hold_id"])
    assert booked.status_code == 201, booked.text
    hold_id = (await passenger.hold(offer_id)).json()["hold_id"]
    return offer_id, hold_id, booked.json()["locator"], booked.json()["access_token"]


class TestStopped:
    async def test_promises_while_it_is_away_and_all_goes_on_when_it_is_back(self, world: World) -> None:
        async with load(world.server) as running:
            known = await first_purchase(running.client)
            await running.until_booked(20)
            running.answers.clear()  # those of a server that was only just started
            await asyncio.to_thread(world.postgres.stop)
            await until_away(running.client)
            await check_promises(running.client, *known)
            await asyncio.sleep(1)
            before = len(running.booked)
            await asyncio.to_thread(world.postgres.start)
            took_s = await until_ready(running.client)
            await running.until_booked(before + 20)
            print(f"ready again after {took_s:.2f} s")
        check_answers(running.answers, REFUSED_S_MAX * 2)
        async with httpx2.AsyncClient(base_url=world.server.url, timeout=30) as client:
            await check_books_stand(client, running)
        await check_doctor(world.server, database_url=world.postgres.dsn)


class TestHanging:
    async def test_nobody_waits_long_for_a_server_that_stands_still(self, world: World) -> None:
        async with load(world.server) as running:
            known = await first_purchase(running.client)
            await running.until_booked(20)
            running.answers.clear()  # those of a server that was only just started
            with frozen(world.postgres):
                await until_away(running.client)
                await check_promises(running.client, *known)
                await asyncio.sleep(1)
                before = len(running.booked)
            took_s = await until_ready(running.client)
            await running.until_booked(before + 20)
            print(f"ready again after {took_s:.2f} s")
        check_answers(running.answers, HANGING_S_MAX)
        async with httpx2.AsyncClient(base_url=world.server.url, timeout=30) as client:
            await check_books_stand(client, running)
        await check_doctor(world.server, database_url=world.postgres.dsn)


class TestEmbedded:
    async def test_a_killed_server_is_back_by_itself(self, server: Server) -> None:
        async with httpx2.AsyncClient(base_url=server.url, timeout=30) as client:
            _, _, locator, token = await first_purchase(client)
            cluster = server.data_dir / "postgres" / "data"
            os.kill(int((cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            await until_away(client, both=1)
            await until_ready(client)
            booking = await client.get(f"/v1/bookings/{locator}", headers=bearer(token))
            assert booking.json()["status"] == "confirmed"
            await first_purchase(client)
        await check_doctor(server)
