"""Bookings of customers who are signed in, and of nobody else."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx2
import pytest

from system.harness import Server
from system.people import create, log_in
from system.world import CONTACT, PASSENGER, bearer, direct_trip, in_days, sellable

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("doctor")]


@pytest.fixture(scope="module")
def customers(server: Server) -> tuple[str, str]:
    """The access tokens of two customers."""
    addresses = [f"{name}-{time.time_ns()}@example.org" for name in ("ada", "eve")]
    for address in addresses:
        assert create(server.data_dir, address).returncode == 0
    first, second = (log_in(server, address).json()["access_token"] for address in addresses)
    return first, second


def book(server: Server, token: str | None, key: str | None = None) -> httpx2.Response:
    query = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(40), "passengers": "adult:1"}
    offer = sellable(direct_trip(server.get("/v1/offers", params=query).json()))[0]["offer_id"]
    body = {
        "offer_id": offer,
        "passengers": [PASSENGER],
        "contact": CONTACT,
        "payment": {"method": "card", "token": "tok_approved"},
    }
    headers = {"idempotency-key": key or uuid.uuid4().hex}
    return server.post("/v1/bookings", json=body, headers=headers | (bearer(token) if token else {}))


def booked(server: Server, token: str | None) -> dict[str, Any]:
    answer = book(server, token)
    assert answer.status_code == 201, answer.text
    booking: dict[str, Any] = answer.json()
    return booking


class TestOwners:
    def test_a_customer_sees_and_cancels_their_own(self, server: Server, customers: tuple[str, str]) -> None:
        me, _ = customers
        booking = booked(server, me)
        path = f"/v1/bookings/{booking['locator']}"
        listed = server.get("/v1/bookings", headers=bearer(me)).json()
        assert listed["items"][0]["locator"] == booking["locator"]
        assert server.get(path, headers=bearer(me)).json() == listed["items"][0]
        assert server.get(f"{path}/tickets/1.pdf", headers=bearer(me)).content.startswith(b"%PDF-")
        cancelled = httpx2.delete(f"{server.url}{path}", headers=bearer(me), timeout=30)
        assert cancelled.json()["status"] == "cancelled"

    def test_those_of_others_are_not_found(self, server: Server, customers: tuple[str, str]) -> None:
        me, other = customers
        mine, guests = booked(server, me), booked(server, None)
        missing = server.get("/v1/bookings/ZZZZZZ", headers=bearer(other))
        for booking in (mine, guests):
            path = f"/v1/bookings/{booking['locator']}"
            refused = server.get(path, headers=bearer(other))
            assert (refused.status_code, refused.json()["detail"]) == (404, missing.json()["detail"])
            assert server.get(f"{path}/tickets.pdf", headers=bearer(other)).status_code == 404
            assert server.post(f"{path}/refund-offers", headers=bearer(other)).status_code == 404
            assert httpx2.delete(f"{server.url}{path}", headers=bearer(other), timeout=30).status_code == 404
        assert server.get("/v1/bookings", headers=bearer(other)).json() == {"items": [], "next": None}

    def test_pages(self, server: Server, customers: tuple[str, str]) -> None:
        me, _ = customers
        made = [booked(server, me)["locator"] for _ in range(2)]
        first = server.get("/v1/bookings", params={"limit": 1}, headers=bearer(me)).json()
        query = {"limit": 1, "before": first["next"]}
        second = server.get("/v1/bookings", params=query, headers=bearer(me)).json()
        assert [page["items"][0]["locator"] for page in (second, first)] == made

    def test_needs_a_customer(self, server: Server, customers: tuple[str, str]) -> None:
        assert server.get("/v1/bookings").status_code == 401
        guests = booked(server, None)
        assert server.get("/v1/bookings", headers=bearer(guests["access_token"])).status_code == 401
        assert book(server, "a.b.c").status_code == 401
        assert book(server, guests["access_token"]).status_code == 401

    def test_one_key_of_two_people_is_two_keys(self, server: Server, customers: tuple[str, str]) -> None:
        key = uuid.uuid4().hex
        answers = [book(server, token, key) for token in (*customers, None)]
        assert [answer.status_code for answer in answers] == [201, 201, 201]
        assert len({answer.json()["locator"] for answer in answers}) == 3
