"""A small Wayfare: payments and bookings on a real database, reached over HTTP as clients do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI, Request, Response

import wayfare.services.bookings.wiring as bookings_wiring
import wayfare.services.inventory.wiring as inventory_wiring
import wayfare.services.payments.wiring as payments_wiring
from integration.bookings.fake_inventory import FakeInventory
from integration.bookings.recording_gateway import RecordingGateway
from integration.bookings.timetable import FLIGHT, TRAIN, build_timetable
from wayfare.contracts.bookings.api import BookingFacts, ListBookings
from wayfare.contracts.documents.api import ReadTicket, RenderedPdf, RenderTickets, TicketRead
from wayfare.contracts.inventory.api import InventoryApi, LegRequest, PlaceHold
from wayfare.contracts.offers.api import (
    CheckOffers,
    ConditionStep,
    FindOffers,
    FoundOffer,
    FoundOffers,
    Offer,
    OfferLeg,
    OffersStatus,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.infrastructure.http import encoded
from wayfare.infrastructure.migrations import ServiceMigrations, upgrade
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import OfferInvalid, Unavailable, WayfareError
from wayfare.kernel.ids import departure_id
from wayfare.kernel.time import FixedClock, day_number, service_day_start_s
from wayfare.services.bookings.entrypoints import jobs as booking_jobs
from wayfare.services.payments.entrypoints import jobs as payment_jobs

SECRET = b"a secret of the tests"
NOW = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
TRAVEL = date(2026, 11, 21)
DAY = day_number(TRAVEL)
DEPARTS_S = service_day_start_s(DAY, "Europe/Berlin") + 10 * 3600
SERVICES = Path(bookings_wiring.__file__).parents[1]
MIGRATIONS = [
    ServiceMigrations(name, SERVICES / name / "adapters/migrations") for name in ("inventory", "payments", "bookings")
]
STATUS = {
    "validation_failed": 422,
    "card_number_refused": 422,
    "not_found": 404,
    "unauthenticated": 401,
    "forbidden": 403,
    "payment_declined": 402,
    "idempotency_conflict": 422,
    "offer_invalid": 422,
    "unavailable": 503,
}


class RecordingDocuments:
    """Keeps what it was asked to render."""

    def __init__(self) -> None:
        self.requests: list[RenderTickets] = []

    async def render_tickets(self, message: RenderTickets) -> RenderedPdf:
        self.requests.append(message)
        return RenderedPdf(b"%PDF-1.7 of " + str(len(message.tickets)).encode(), "00")

    async def read_ticket(self, message: ReadTicket) -> TicketRead:
        """Takes a ticket's number for its code."""
        return TicketRead(message.code, message.code[:6])


class OfferedTrips:
    """The offers service as bookings reach it: it offers what a test says, and keeps what it was asked."""

    def __init__(self, seal: Seal[Offer]) -> None:
        self._seal = seal
        self.asked: list[FindOffers] = []
        self.offers: list[Offer] = []

    async def check(self, message: CheckOffers) -> OffersStatus:
        return OffersStatus(1)

    async def find_offers(self, message: FindOffers) -> FoundOffers:
        self.asked.append(message)
        found = [FoundOffer(self._seal.seal(offer), "Flex", "Second class", 40) for offer in self.offers]
        return FoundOffers(tuple((one,) for one in found))


def make_app(*services: Service) -> FastAPI:
    app = FastAPI()
    for service in services:
        for router in service.routers:
            app.include_router(router)

    @app.exception_handler(WayfareError)
    async def problem(request: Request, error: WayfareError) -> Response:
        return encoded({"code": error.code, "detail": error.detail, **error.facts}, STATUS.get(error.code, 409))

    return app


class World:
    """What outlives a process (database, inventory, gateway, clock), and one running pair of services."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.clock = FixedClock(NOW)
        self.dsn = dsn
        self.fake = FakeInventory(self.clock)
        self.inventory: InventoryApi = self.fake
        self.inventory_fails: dict[str, int] = {}
        self.gateway = RecordingGateway()
        self.documents = RecordingDocuments()
        self.keys_path = folder / "data-keys.json"
        self.seal: Seal[Offer] = Seal(SECRET, "offer", Offer, OfferInvalid)
        self.offered = OfferedTrips(self.seal)
        self.timetables = TimetableStore(folder)
        self.timetables.snapshots.publish(build_timetable(), 1)
        self.timetables.refresh()

    @asynccontextmanager
    async def real_inventory(self) -> AsyncIterator[None]:
        """Sell from the inventory service instead of the fake, as if it ran in a process of its own."""
        async with Database(self.dsn, pool_size=4, application_name="tests/inventory") as database:
            service = inventory_wiring.build(
                database=database, timetables=self.timetables, offer_seal=self.seal, clock=self.clock
            )
            await service.start()
            self.inventory = service.api
            try:
                yield
            finally:
                await service.stop()

    async def let_holds_expire(self) -> None:
        """Ten minutes pass, for the business's clock and for the database's."""
        self.clock.advance(601)
        if self.inventory is not self.fake:
            async with Database(self.dsn, pool_size=1) as database:
                await database.execute("UPDATE inventory.hold SET expires_at = now() - interval '1 second'")

    @asynccontextmanager
    async def process(
        self, worker_no: int = 0, *, wrap_inventory: Any = None, wrap_payments: Any = None, timeout_s: float = 0.5
    ) -> AsyncIterator[Process]:
        """One process of Wayfare; several may run beside each other."""
        async with Database(self.dsn, pool_size=8, application_name="tests") as database:
            payments = payments_wiring.build(
                database=database, gateway=self.gateway, clock=self.clock, secret=SECRET, timeout_s=timeout_s
            )
            bookings = bookings_wiring.build(
                database=database,
                timetables=self.timetables,
                offers=self.offered,
                inventory=self.failing(wrap_inventory(self.inventory) if wrap_inventory else self.inventory),
                payments=wrap_payments(payments.api) if wrap_payments else payments.api,
                documents=self.documents,
                offer_seal=self.seal,
                secret=SECRET,
                keys=KeyFile(self.keys_path),
                clock=self.clock,
                worker_no=worker_no,
            )
            await payments.start()
            await bookings.start()
            try:
                yield Process(self, database, payments, bookings)
            finally:
                await bookings.stop()
                await payments.stop()

    def offer(
        self,
        passengers: tuple[str, ...] = ("adult",),
        legs: int = 1,
        price: int = 5990,
        refund: tuple[ConditionStep, ...] = (ConditionStep(DEPARTS_S - 86_400, 0), ConditionStep(DEPARTS_S, 250)),
    ) -> Offer:
        prices = (price,) * len(passengers)
        train = OfferLeg(departure_id(DAY, TRAIN), 0, 2, "second", prices, (0,) * len(passengers))
        flight = OfferLeg(departure_id(DAY, FLIGHT), 0, 1, "economy", prices, (0,) * len(passengers))
        now_s = self.clock.now_s()
        return Offer(
            legs=(train, flight)[:legs],
            passengers=passengers,
            fare_family="flex",
            currency="EUR",
            departs_s=DEPARTS_S,
            refund=refund,
            exchange=(),
            issued_s=now_s,
            expires_s=now_s + 1200,
        )

    def failing(self, inventory: Any) -> Any:
        """The inventory as bookings reach it: some calls fail when `inventory_fails` says so."""
        return _Failing(inventory, self.inventory_fails)

    async def hold(self, offer: Offer | None = None) -> UUID:
        offer = offer or self.offer()
        legs = tuple(LegRequest(leg.departure_id, leg.from_call, leg.to_call, leg.cabin) for leg in offer.legs)
        held = await self.inventory.place_hold(PlaceHold(legs, len(offer.passengers), self.seal.seal(offer)))
        return held.hold_id


class _Failing:
    def __init__(self, api: Any, fails: dict[str, int]) -> None:
        self._api, self._fails = api, fails

    def __getattr__(self, name: str) -> Any:
        if self._fails.get(name, 0) > 0:
            self._fails[name] -= 1
            raise Unavailable(f"{name} is told to fail")
        return getattr(self._api, name)


def body(hold_id: UUID | None = None, token: str = "tok_approved", **changes: Any) -> dict[str, Any]:
    content: dict[str, Any] = {
        "passengers": [{"given_name": "Ada", "family_name": "Lovelace", "category": "adult"}],
        "contact": {"email": "Ada@Example.org", "phone": "+49 30 1234567"},
        "payment": {"method": "card", "token": token},
    }
    if hold_id is not None:
        content["hold_id"] = str(hold_id)
    return content | changes


class Process:
    """One process: its services, an HTTP client into them, and its recovery job."""

    def __init__(self, world: World, database: Database, payments: Service, bookings: Service) -> None:
        self.world, self.database = world, database
        self.payments, self.bookings = payments, bookings
        self.app = make_app(payments, bookings)
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url="http://test")

    async def book(self, content: dict[str, Any], key: str | None = None) -> httpx2.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.http.post("/v1/bookings", json=content, headers=headers)

    async def booked(self, **changes: Any) -> dict[str, Any]:
        """A confirmed booking's answer."""
        offer = changes.pop("offer", None)
        response = await self.book(body(await self.world.hold(offer), **changes))
        assert response.status_code == 201, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def recover(self) -> None:
        """One round of the recovery job, for which every lease has run out."""
        await self.database.execute("UPDATE bookings.open_saga SET due_at = now() - interval '1 second'")
        await next(job.run for job in self.bookings.jobs if job.name == "bookings.recovery")()

    async def facts(self) -> list[BookingFacts]:
        return list((await self.bookings.api.list_bookings(ListBookings(None))).bookings)

    async def open_sagas(self) -> int:
        count: int = await self.database.fetchval("SELECT count(*) FROM bookings.open_saga")
        return count


async def eventually(check: Callable[[], Awaitable[bool]], patience_s: float = 5.0) -> None:
    for _ in range(int(patience_s / 0.02)):
        if await check():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen in time")


async def migrate(dsn: str) -> None:
    """The schemas and partitions of a database that tests copy."""
    await upgrade(dsn, MIGRATIONS)
    async with Database(dsn, pool_size=1) as database:
        for jobs in (payment_jobs, booking_jobs):
            await jobs.prepare_partitions(database)
