"""The same code as several processes that call each other over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from system.harness import Server, run_wayfare
from system.world import CONTACT, PASSENGER, bearer, direct_trip, in_days, sellable

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def processes(server: Server) -> Iterator[tuple[Server, Server]]:
    """Seats, money and documents in one process, offers and bookings in another; both on the server's data."""
    database = (server.data_dir / "run" / "postgres.url").read_text()
    shared = {"database_url": database, "hold_ttl_s": "30", "pool_size": "3"}  # the server counted on no others
    with Server(server.data_dir, "catalogue", "inventory", "payments", "documents", workers=1, **shared) as back:
        peers = {f"{name}_url": back.url for name in ("catalogue", "inventory", "payments", "documents")}
        with Server(server.data_dir, "offers", "bookings", workers=1, **shared, **peers) as front:
            yield back, front


def wait_for_invoices(front: Server, path: str, headers: dict[str, str]) -> list[Any]:
    """They come by an event, issued and kept by the other process."""
    for _ in range(150):
        items: list[Any] = front.get(f"{path}/invoices", headers=headers).json()["items"]
        if items:
            return items
        time.sleep(0.2)
    raise AssertionError("no invoice within half a minute")


class TestTwoProcesses:
    def test_a_booking_goes_through_both(self, processes: tuple[Server, Server]) -> None:
        back, front = processes
        query = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(30), "passengers": "adult:1"}
        trip = direct_trip(front.get("/v1/offers", params=query).json())
        held = back.post("/v1/holds", json={"offer_id": sellable(trip)[0]["offer_id"]})
        assert held.status_code == 201, held.text
        body = {
            "hold_id": held.json()["hold_id"],
            "passengers": [PASSENGER],
            "contact": CONTACT,
            "payment": {"method": "card", "token": "tok_approved"},
        }
        booked = front.post("/v1/bookings", json=body)
        assert booked.status_code == 201, booked.text
        headers = bearer(booked.json()["access_token"])
        path = f"/v1/bookings/{booked.json()['locator']}"
        assert front.get(f"{path}/tickets/1.pdf", headers=headers).content.startswith(b"%PDF-")
        (invoice,) = wait_for_invoices(front, path, headers)
        assert front.get(invoice["url"], headers=headers).content.startswith(b"%PDF-")
        assert httpx2.delete(f"{front.url}{path}", headers=headers, timeout=30).json()["status"] == "cancelled"
        doctor = run_wayfare("doctor", data_dir=front.data_dir)
        assert doctor.returncode == 0, doctor.stdout

    def test_errors_keep_their_names(self, processes: tuple[Server, Server]) -> None:
        _, front = processes
        body = {
            "hold_id": "00000000-0000-0000-0000-000000000000",
            "passengers": [PASSENGER],
            "contact": CONTACT,
            "payment": {"method": "card", "token": "tok_approved"},
        }
        answer = front.post("/v1/bookings", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_rpc_is_not_for_strangers(self, processes: tuple[Server, Server]) -> None:
        back, _ = processes
        answer = back.post("/rpc/inventory/check", content=b"\x80")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")

    def test_a_service_that_is_nowhere_is_named(self, server: Server) -> None:
        database = (server.data_dir / "run" / "postgres.url").read_text()
        result = run_wayfare("serve", "bookings", data_dir=server.data_dir, database_url=database, port="0")
        assert result.returncode == 2
        assert "WAYFARE_INVENTORY_URL" in result.stderr

    def test_a_gateway_in_front_of_nothing_says_so(self, tmp_path: Path) -> None:
        result = run_wayfare("serve", "gateway", data_dir=tmp_path, port="0")
        assert result.returncode == 2
        assert "WAYFARE_BOOKINGS_URL" in result.stderr
        assert list(tmp_path.iterdir()) == [], "it needs no database"


class TestOneDataFolder:
    def test_a_second_server_says_so_and_ends(self, server: Server) -> None:
        result = run_wayfare("serve", data_dir=server.data_dir, port="0")
        assert result.returncode == 2
        assert str(server.data_dir) in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1


class TestTooManyConnections:
    def test_a_pool_larger_than_the_server_is_refused(self, server: Server, tmp_path: Path) -> None:
        database = (server.data_dir / "run" / "postgres.url").read_text()
        result = run_wayfare("serve", data_dir=tmp_path, database_url=database, port="0", pool_size="500")
        assert result.returncode == 2
        assert "max_connections" in result.stderr
