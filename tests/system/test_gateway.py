"""`wayfare serve gateway` in front of services in three processes of their own."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from system import people
from system.harness import Server, free_port
from system.world import CONTACT, PASSENGER, bearer, direct_trip, in_days, sellable

pytestmark = pytest.mark.slow

PROCESSES = {
    "seats": ("catalogue", "offers", "inventory", "documents", "waiting"),
    "sales": ("bookings", "payments"),
    "people": ("customers", "audit", "notifications"),
}
BACK_S = 30.0


@dataclass
class Town:
    gateway: Server
    seats: Server
    sales: Server
    people: Server


@pytest.fixture(scope="module")
def town(server: Server) -> Iterator[Town]:
    """On the server's data. They are started in any order: none needs another to start."""
    database = (server.data_dir / "run" / "postgres.url").read_text()
    shared = {"database_url": database, "hold_ttl_s": "60", "pool_size": "3", "public_url": server.url}
    made = {name: Server(server.data_dir, *listed, workers=1, **shared) for name, listed in PROCESSES.items()}
    urls = {f"{service}_url": made[name].url for name, listed in PROCESSES.items() for service in listed}
    for name, listed in PROCESSES.items():
        made[name].settings |= {key: url for key, url in urls.items() if key.removesuffix("_url") not in listed}
    own = {"drain_notice_s": "30", "admin_port": str(free_port()), "admin_from": "127.0.0.0/8"}
    gateway = Server(server.data_dir, "gateway", workers=1, **own, **shared, **urls)
    with ExitStack() as stack:
        for one in (*made.values(), gateway):
            stack.enter_context(one)
        yield Town(gateway, **made)


def trip(town: Town) -> Any:
    query = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(33), "passengers": "adult:1"}
    found = town.gateway.get("/v1/offers", params=query)
    assert found.status_code == 200, found.text
    return direct_trip(found.json())


def book(town: Town, headers: dict[str, str]) -> httpx2.Response:
    """Search, hold, book."""
    offer_id = sellable(trip(town))[0]["offer_id"]
    held = town.gateway.post("/v1/holds", json={"offer_id": offer_id}, headers=headers)
    assert held.status_code == 201, held.text
    payment = {"method": "card", "token": "tok_approved"}
    body = {"hold_id": held.json()["hold_id"], "passengers": [PASSENGER], "contact": CONTACT, "payment": payment}
    return town.gateway.post("/v1/bookings", json=body, headers=headers)


def the_whole_path(town: Town, headers: dict[str, str]) -> None:
    """`headers`: of somebody signed in, or none."""
    booked = book(town, headers)
    assert booked.status_code == 201, booked.text
    shown = headers or bearer(booked.json()["access_token"])
    path = f"/v1/bookings/{booked.json()['locator']}"
    ticket = town.gateway.get(f"{path}/tickets/1.pdf", headers=shown)
    assert (ticket.status_code, ticket.headers["content-type"]) == (200, "application/pdf")
    assert ticket.content.startswith(b"%PDF-")
    assert len(ticket.content) == int(ticket.headers["content-length"])
    assert town.gateway.get(path, headers={}).status_code == 401
    cancelled = httpx2.delete(f"{town.gateway.url}{path}", headers=shown, timeout=30)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled"), cancelled.text


class TestTheWholePath:
    def test_of_a_guest(self, town: Town) -> None:
        the_whole_path(town, {})

    def test_of_somebody_signed_in(self, town: Town) -> None:
        address = "gateway@example.org"
        created = people.create(town.gateway.data_dir, address)
        assert created.returncode == 0, created.stderr
        headers = bearer(people.log_in(town.gateway, address).json()["access_token"])
        the_whole_path(town, headers)
        (mine,) = town.gateway.get("/v1/bookings", headers=headers).json()["items"]
        assert mine["status"] == "cancelled", "it was booked for whoever the gateway found"

    def test_answers_have_one_of_each_header(self, town: Town) -> None:
        query = {"q": "Berlin"}
        answer = town.gateway.get("/v1/places", params=query, headers={"x-correlation-id": "of-this-test"})
        names = [name.lower() for name, _ in answer.headers.multi_items()]
        assert len(names) == len(set(names)), names
        assert answer.headers["x-correlation-id"] == "of-this-test"
        again = town.gateway.get(
            "/v1/places", params={"q": "Berlin"}, headers={"if-none-match": answer.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        search = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(33), "passengers": "adult:1"}
        assert town.gateway.get("/v1/offers", params=search).headers["content-encoding"] == "gzip"

    def test_problems_of_services_come_through(self, town: Town) -> None:
        hold = "00000000-0000-0000-0000-000000000000"
        answer = town.gateway.get(f"/v1/holds/{hold}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert town.gateway.post("/v1/holds", json={"offer_id": "x", "more": 1}).status_code == 422
        assert town.gateway.get("/v1/nothing").status_code == 404
        assert town.gateway.post("/rpc/inventory/check", content=b"\x80").status_code == 404


class TestNobodyGetsAround:
    FORGED = "lKNHRVQ.eA"

    def test_a_header_of_ones_own_signs_nobody_in(self, town: Town) -> None:
        headers = {"wayfare-passed": self.FORGED, "authorization": "Bearer a.b.c", "x-forwarded-for": "10.0.0.1"}
        for process, path in ((town.sales, "/v1/bookings"), (town.people, "/v1/me")):
            forged = process.get(path, headers=headers)
            assert (forged.status_code, forged.json()["code"]) == (401, "unauthenticated")
            assert process.get(path).status_code == 401, "and without it, the service asks for itself"
            assert town.gateway.get(path, headers=headers).status_code == 401

    def test_nor_does_it_where_anybody_may_come(self, town: Town) -> None:
        query = {"q": "Berlin"}
        assert town.seats.get("/v1/places", params=query).status_code == 200
        assert town.seats.get("/v1/places", params=query, headers={"wayfare-passed": self.FORGED}).status_code == 401
        assert town.gateway.get("/v1/places", params=query, headers={"wayfare-passed": self.FORGED}).status_code == 200


class TestOperators:
    def test_have_a_listener_of_their_own(self, town: Town) -> None:
        assert town.gateway.get("/metrics").status_code == 404
        port = town.gateway.settings["admin_port"]
        metrics = httpx2.get(f"http://127.0.0.1:{port}/metrics", timeout=30)
        assert metrics.status_code == 200
        assert f'wayfare_upstream_state{{address="{town.sales.url}"}} 2.0' in metrics.text


class TestAServiceThatDies:
    def test_its_routes_are_503_and_others_go_on_until_it_is_back(self, town: Town) -> None:
        town.sales.kill()
        body = {"locator": "AAAAAA", "email": "ada@example.org"}
        answer = town.gateway.post("/v1/bookings/lookup", json=body)
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) > 0
        assert sellable(trip(town))
        assert town.gateway.get("/readyz").status_code == 200, "others can be asked"
        town.sales.start()
        deadline = time.monotonic() + BACK_S
        while (answer := town.gateway.post("/v1/bookings/lookup", json=body)).status_code == 503:
            assert time.monotonic() < deadline, "it is back"
            time.sleep(0.1)
        assert answer.status_code == 404
        the_whole_path(town, {})


class TestDraining:
    """Last: it ends the gateway."""

    def test_the_gateway_says_so_first_and_loses_no_request(self, town: Town) -> None:
        """Whoever sends requests goes on until /readyz says no, as a load balancer does."""
        statuses: list[int] = []
        failures: list[Exception] = []
        told = threading.Event()

        def ask() -> None:
            while not told.is_set():
                try:
                    statuses.append(town.gateway.get("/v1/places", params={"q": "Berlin"}).status_code)
                except httpx2.HTTPError as error:
                    failures.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        process = town.gateway.process
        assert process is not None
        process.send_signal(signal.SIGTERM)
        while (ready := town.gateway.get("/readyz")).status_code == 200:
            time.sleep(0.02)
        assert ready.json()["checks"]["draining"] == "this process is about to end"
        before = len(statuses)
        while len(statuses) < before + 20 and not failures:  # those that have not heard of it yet
            time.sleep(0.02)
        told.set()
        for thread in threads:
            thread.join(60)
        assert failures == []
        assert set(statuses) == {200}
        town.gateway.stop()
        with pytest.raises(httpx2.ConnectError):
            town.gateway.get("/readyz")
