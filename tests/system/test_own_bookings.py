"""Bookings of customers who are signed in, and of nobody else."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any

import httpx2
import pytest

from system.harness import Server, run_wayfare
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


class TestPartners:
    def test_book_with_a_key_until_it_is_revoked(self, server: Server, customers: tuple[str, str]) -> None:
        agency = f"agency-{time.time_ns()}"
        assert (
            run_wayfare("user", "create", agency, "--service", "--role", "agent", data_dir=server.data_dir).returncode
            == 0
        )
        first, second = (new_key(server, agency) for _ in range(2))
        booking = booked(server, first[1])
        path = f"/v1/bookings/{booking['locator']}"
        assert server.get(path, headers=bearer(second[1])).json()["locator"] == booking["locator"]
        assert server.get("/v1/bookings", headers=bearer(first[1])).json()["items"][0]["locator"] == booking["locator"]
        assert server.get(path, headers=bearer(customers[0])).status_code == 404
        assert server.get("/v1/me", headers=bearer(first[1])).status_code == 403
        assert run_wayfare("api-keys", "revoke", first[0], data_dir=server.data_dir).returncode == 0
        time.sleep(2.5)  # longer than any of the two workers may go on with what it knew
        assert {server.get(path, headers=bearer(first[1])).status_code for _ in range(20)} == {401}
        assert server.get(path, headers=bearer(second[1])).status_code == 200
        listed = run_wayfare("api-keys", "list", agency, data_dir=server.data_dir).stdout.splitlines()
        assert [("revoked" in line, "last used" in line) for line in listed] == [(True, True), (False, True)]
        recorded = run_wayfare("audit", "search", "--object", f"key:{first[0]}", data_dir=server.data_dir).stdout
        assert "api_key.created" in recorded
        assert "api_key.revoked" in recorded
        assert first[1] not in recorded


def new_key(server: Server, agency: str) -> tuple[str, str]:
    """The id and the text of a key made by the command line."""
    made = run_wayfare("api-keys", "create", agency, data_dir=server.data_dir)
    found = re.fullmatch(rf"key (\S+) of {agency} may bookings:own for 90 days\n(wf_\S+)\n", made.stdout)
    assert found is not None, made.stdout + made.stderr
    return found[1], found[2]
