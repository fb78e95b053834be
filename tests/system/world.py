"""A passenger's steps against a running server, for tests."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

PASSENGER = {"given_name": "Ada", "family_name": "Lovelace", "category": "adult"}
CONTACT = {"email": "ada@example.org"}


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


@dataclass
class Passenger:
    """Somebody with a client; every method is one request."""

    client: httpx2.AsyncClient

    async def search(
        self, origin: str, destination: str, date: str, passengers: str = "adult:1", **options: str
    ) -> Any:
        query = {"from": origin, "to": destination, "date": date, "passengers": passengers, **options}
        answer = await self.client.get("/v1/offers", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def hold(self, offer_id: str, **body: Any) -> httpx2.Response:
        return await self.client.post("/v1/holds", json={"offer_id": offer_id, **body})

    async def book(
        self, hold_id: str, *, passengers: int = 1, token: str = "tok_approved", key: str | None = None
    ) -> httpx2.Response:
        body = {
            "hold_id": hold_id,
            "passengers": [PASSENGER] * passengers,
            "contact": CONTACT,
            "payment": {"method": "card", "token": token},
        }
        return await self.client.post("/v1/bookings", json=body, headers={"idempotency-key": key or uuid.uuid4().hex})

    async def cancel(self, locator: str, access_token: str) -> httpx2.Response:
        return await self.client.delete(f"/v1/bookings/{locator}", headers=bearer(access_token))


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def direct_trip(found: Any, service_number: str | None = None) -> Any:
    """The first trip of one leg with an offer."""
    for trip in found["trips"]:
        legs = trip["legs"]
        if len(legs) == 1 and sellable(trip) and service_number in (None, legs[0]["service_number"]):
            return trip
    raise AssertionError("no direct trip with an offer was found")


def sellable(trip: Any, cabin: str | None = None) -> list[Any]:
    return [offer for offer in trip["offers"] if offer.get("offer_id") and cabin in (None, offer["cabin"])]
