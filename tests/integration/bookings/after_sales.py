"""A guest's steps after the sale, and what must hold after them."""

from __future__ import annotations

from typing import Any

import httpx2
import msgspec

from integration.bookings.world import DEPARTS_S, Process, World, body
from wayfare.bootstrap.doctor import examine
from wayfare.contracts.offers.api import ConditionStep, Offer

FEE_PERMILLE = 100
EXCHANGE = (ConditionStep(DEPARTS_S, FEE_PERMILLE),)
DAY_S = 86_400


def changeable(world: World, passengers: int = 1, price: int = 6000, legs: int = 1, currency: str = "EUR") -> Offer:
    """An offer that may be exchanged for a tenth and renamed until departure."""
    offer = world.offer(("adult",) * passengers, legs=legs, price=price)
    return msgspec.structs.replace(offer, exchange=EXCHANGE, name_change_until_s=DEPARTS_S, currency=currency)


class Guest:
    """Whoever has a booking and its access token."""

    def __init__(self, process: Process, booked: dict[str, Any]) -> None:
        self.process, self.booked = process, booked

    @classmethod
    async def with_booking(cls, process: Process, offer: Offer, people: int = 1) -> Guest:
        names = [{"given_name": f"Ada{n}", "family_name": "Lovelace", "category": "adult"} for n in range(people)]
        names = [{**one, "given_name": "Ada" + "abcdefghi"[n]} for n, one in enumerate(names)]
        return cls(process, await process.booked(offer=offer, passengers=names))

    def at(self, process: Process) -> Guest:
        """The same guest, at another process."""
        return Guest(process, self.booked)

    @property
    def url(self) -> str:
        return f"/v1/bookings/{self.booked['locator']}"

    def headers(self, key: str | None = None) -> dict[str, str]:
        headers = {"authorization": f"Bearer {self.booked['access_token']}"}
        return headers | ({"Idempotency-Key": key} if key else {})

    async def look(self) -> Any:
        response = await self.process.http.get(self.url, headers=self.headers())
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, content: Any = None, key: str | None = None) -> httpx2.Response:
        return await self.process.http.post(self.url + path, json=content, headers=self.headers(key))

    async def rename(self, number: int, **names: str) -> httpx2.Response:
        return await self.process.http.patch(f"{self.url}/passengers/{number}", json=names, headers=self.headers())

    async def refund_offer(self, *passengers: int) -> Any:
        response = await self.post("/refund-offers", {"passengers": passengers} if passengers else None)
        assert response.status_code == 201, response.text
        return response.json()

    async def cancel(self, *passengers: int, key: str | None = None) -> httpx2.Response:
        quoted = await self.refund_offer(*passengers)
        return await self.post("/cancel", {"refund_offer_id": quoted["refund_offer_id"]}, key)

    async def exchange_offer(self, new: Offer) -> Any:
        self.process.world.offered.offers = [new]
        response = await self.post("/exchange-offers", {"date": "2026-11-22"})
        assert response.status_code == 201, response.text
        return response.json()["trips"][0]["offers"][0]

    async def exchange(
        self, exchange_offer_id: str, token: str | None = None, key: str | None = None
    ) -> httpx2.Response:
        content: dict[str, Any] = {"exchange_offer_id": exchange_offer_id}
        if token is not None:
            content["payment"] = body(token=token)["payment"]
        return await self.post("/exchange", content, key)


def on_another_day(offer: Offer, price: int) -> Offer:
    """The same trip a day later, at another price."""
    legs = tuple(
        msgspec.structs.replace(leg, departure_id=leg.departure_id + (1 << 32), prices=(price,) * len(leg.prices))
        for leg in offer.legs
    )
    later_s = offer.departs_s + DAY_S
    return msgspec.structs.replace(offer, legs=legs, departs_s=later_s)


async def assert_sound(process: Process) -> None:
    """The doctor finds nothing, and nobody has to work on anything."""
    found = await examine(process.world.inventory, process.bookings.api, process.payments.api, second_look_s=0.0)
    assert found.findings == ()
    assert await process.open_sagas() == 0
    off = await process.database.fetch(
        "SELECT currency, sum(reserved + commitments + gateway + gateway_fees + sales + refunds_due + chargebacks) "
        "FROM payments.journal GROUP BY currency"
    )
    assert all(row[1] == 0 for row in off)


async def kept(process: Process) -> int:
    """What customers have paid and not got back, in minor units, by the journal."""
    total: int = await process.database.fetchval("SELECT -coalesce(sum(sales), 0)::bigint FROM payments.journal")
    return total


async def event_types(process: Process) -> list[str]:
    rows = await process.database.fetch("SELECT type FROM bookings.outbox ORDER BY xid, id")
    return [row["type"] for row in rows]
