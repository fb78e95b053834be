"""The offers service as the composition root builds it, on a timetable made by hand and seats counted in memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from unit.offers.worlds import World
from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.contracts.inventory.api import CountFree, FreeUnits
from wayfare.contracts.offers.api import CheckOffers, Offer
from wayfare.gateway.problems import install
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.service import Service
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import OfferInvalid, Unavailable
from wayfare.kernel.ids import departure_service
from wayfare.kernel.time import FixedClock
from wayfare.services.offers import wiring
from wayfare.services.offers.domain.exchange import RateDay

SECRET = b"offers under test"
NOON_BEFORE = datetime(2026, 6, 14, 12, 0, tzinfo=UTC)


class CountedSeats:
    """Counts seats as inventory does, from the layouts and what a test says is taken. Only `count_free` is there."""

    def __init__(self) -> None:
        self.timetable: Timetable | None = None
        self.taken: dict[tuple[int, str], int] = {}
        self.asked: list[CountFree] = []
        self.current = True
        self.away = False
        self._totals: dict[str, dict[str, int]] = {}

    def take(self, departure_id: int, cabin: str, units: int) -> None:
        self.taken[departure_id, cabin] = units

    async def count_free(self, message: CountFree) -> FreeUnits:
        if self.away:
            raise Unavailable
        self.asked.append(message)
        totals = [self._total(leg.departure_id) for leg in message.legs]
        free = tuple(
            {cabin: count - self.taken.get((leg.departure_id, cabin), 0) for cabin, count in total.items()}
            for leg, total in zip(message.legs, totals, strict=True)
        )
        return FreeUnits(free, tuple(totals), self.current)

    def _total(self, departure: int) -> dict[str, int]:
        assert self.timetable is not None
        service = self.timetable.find_service(departure_service(departure))
        layout = None if service is None else self.timetable.layout_of(service)
        if layout is None:
            return {}
        if layout.code not in self._totals:
            cabins = {cabin.code: 0 for cabin in layout.cabins}
            self._totals[layout.code] = {**cabins, **Counter(unit.cabin for unit in layout.units)}
        return self._totals[layout.code]


class KeptRates:
    """Keeps exchange rates in memory."""

    def __init__(self, *days: RateDay) -> None:
        self.days = {day.published: day for day in days}

    async def write(self, days: Sequence[RateDay]) -> int:
        changed = [day for day in days if self.days.get(day.published) != day]
        self.days |= {day.published: day for day in changed}
        return len(changed)

    async def find_newest(self, today: date) -> RateDay | None:
        published = max((each for each in self.days if each <= today), default=None)
        return None if published is None else self.days[published]


class Desk:
    """A running offers service with a client that asks it."""

    def __init__(self, folder: Path, timetable: Timetable | None, now: datetime, **options: Any) -> None:
        self.clock = FixedClock(now)
        self.seats = CountedSeats()
        self.seal = Seal(SECRET, "offer", Offer, OfferInvalid)
        self.timetables = TimetableStore(folder)
        self.serve(
            wiring.build(
                timetables=self.timetables,
                inventory=self.seats,  # type: ignore[arg-type]
                offer_seal=self.seal,
                clock=self.clock,
                **{"rates": KeptRates(), **options},
            )
        )
        if timetable is not None:
            self.publish(timetable)

    def serve(self, service: Service) -> None:
        """Answer with the routes of this service."""
        self.service = service
        self.app = FastAPI()
        install(self.app)
        for router in service.routers:
            self.app.include_router(router)
        self.client = httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url="http://desk")

    def publish(self, timetable: Timetable) -> None:
        self.timetables.snapshots.publish(timetable, timetable.meta.generation)
        self.timetables.refresh()
        self.seats.timetable = timetable

    async def until_ready(self) -> None:
        """Wait until the planner works on the published timetable."""
        while (await self.service.api.check(CheckOffers())).generation != self.timetables.generation:
            await asyncio.sleep(0.01)

    async def get(self, path: str, **query: Any) -> httpx2.Response:
        query = {name.rstrip("_"): str(value) for name, value in query.items()}
        return await self.client.get(path, params=query)

    async def offers(self, origin: str, destination: str, date: str = "2026-06-15", **query: Any) -> Any:
        answer = await self.get("/v1/offers", from_=origin, to=destination, date=date, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def open(self, offer: Any) -> Offer:
        return self.seal.open(offer["offer_id"])


@asynccontextmanager
async def open_desk(
    folder: Path, world: World | Timetable | None, now: datetime = NOON_BEFORE, **options: Any
) -> AsyncIterator[Desk]:
    desk = Desk(folder, world.build() if isinstance(world, World) else world, now, **options)
    await desk.service.start()
    await desk.until_ready()
    try:
        yield desk
    finally:
        await desk.client.aclose()
        await desk.service.stop()
