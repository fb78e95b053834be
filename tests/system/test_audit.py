"""What a running system leaves in the audit log: who, where from, before and after; also after kill -9."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from system.harness import DemoCopies, Server, run_wayfare
from system.world import Passenger, direct_trip, in_days, sellable

pytestmark = pytest.mark.slow


def search(data_dir: Path, *arguments: str) -> list[dict[str, Any]]:
    """The oldest first."""
    result = run_wayfare("audit", "search", "--json", *arguments, data_dir=data_dir)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in reversed(result.stdout.splitlines())]


def wait_for(data_dir: Path, count: int, *arguments: str) -> list[dict[str, Any]]:
    for _ in range(10):
        found = search(data_dir, *arguments)
        if len(found) >= count:
            return found
        time.sleep(1)
    raise AssertionError(f"only {len(found)} rows: {found}")


async def book(url: str) -> Any:
    async with httpx2.AsyncClient(base_url=url, timeout=60) as client:
        passenger = Passenger(client)
        query = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(31), "passengers": "adult:1"}
        while (await client.get("/v1/offers", params=query)).status_code == 503:
            await asyncio.sleep(0.5)  # the planner is being prepared
        trip = direct_trip(await passenger.search("Berlin Hbf", "München Hbf", in_days(31)))
        held = await passenger.hold(sellable(trip)[0]["offer_id"])
        return await passenger.book(held.json()["hold_id"])


async def test_a_booking_s_life_is_told(server: Server) -> None:
    answer = await book(server.url)
    booked = answer.json()
    httpx2.delete(
        f"{server.url}/v1/bookings/{booked['locator']}",
        headers={"authorization": f"Bearer {booked['access_token']}"},
        timeout=30,
    )
    told = wait_for(server.data_dir, 3, "--object", f"booking:{booked['booking_id']}", "--personal")
    assert [row["action"] for row in told] == ["booking.created", "booking.confirmed", "booking.cancelled"]
    assert {row["actor"] for row in told} == {f"guest:{booked['locator']}"}
    assert [row["personal"] for row in told] == [{"addresses": ["127.0.0.1"]}] * 3
    assert [row["correlation_id"] for row in told[:2]] == [answer.headers["x-correlation-id"]] * 2
    assert told[2]["before"] == {"state": "confirmed"}
    assert told[2]["after"]["state"] == "cancelled"
    paid = wait_for(server.data_dir, 3, "--text", booked["booking_id"])
    assert {row["action"] for row in paid} == {"payment.authorised", "payment.captured", "payment.refunded"}
    verified = run_wayfare("audit", "verify", data_dir=server.data_dir)
    assert verified.returncode == 0, verified.stdout


@pytest.fixture
def processes(server: Server) -> Iterator[tuple[Server, Server]]:
    """The audit service in one process, all others in another."""
    database = (server.data_dir / "run" / "postgres.url").read_text()
    shared = {"database_url": database, "hold_ttl_s": "30", "pool_size": "3"}  # the server counted on no others
    others = ("catalogue", "inventory", "payments", "documents", "offers", "bookings")
    with (
        Server(server.data_dir, "audit", workers=1, **shared) as audit,
        Server(server.data_dir, *others, workers=1, audit_url=audit.url, **shared) as front,
    ):
        yield audit, front


async def test_addresses_reach_an_audit_service_elsewhere(server: Server, processes: tuple[Server, Server]) -> None:
    booked = (await book(processes[1].url)).json()
    told = wait_for(server.data_dir, 2, "--object", f"booking:{booked['booking_id']}", "--personal")
    assert [row["personal"] for row in told] == [{"addresses": ["127.0.0.1"]}] * 2


async def test_after_kill_9_the_log_verifies_and_misses_nothing(demo: DemoCopies) -> None:
    """A server and its PostgreSQL are killed at once, right after bookings were answered."""
    with demo.copy() as folder:
        crashed = Server(folder, workers=2, hold_ttl_s="30")
        crashed.start()
        booked = [(await book(crashed.url)).json()["booking_id"] for _ in range(5)]
        crashed.kill_everything()
        with Server(folder, workers=2, hold_ttl_s="30"):
            for booking_id in booked:
                told = wait_for(folder, 2, "--object", f"booking:{booking_id}")
                assert [row["action"] for row in told] == ["booking.created", "booking.confirmed"]
        verified = run_wayfare("audit", "verify", data_dir=folder)
        assert verified.returncode == 0, verified.stdout
