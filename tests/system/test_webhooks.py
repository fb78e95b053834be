"""A partner is told of a booking that was sold over the API."""

from __future__ import annotations

import asyncio

import pytest

from integration.notifications.receiver import receiver
from integration.notifications.world import wait_until
from system.harness import Server, run_wayfare
from system.world import Passenger, direct_trip, in_days, sellable

pytestmark = pytest.mark.slow
LOCAL = {"webhooks_http": "true", "webhooks_private": "true"}


class TestPartner:
    async def test_is_told_of_a_booking_and_its_cancellation(self, server: Server, passenger: Passenger) -> None:
        with receiver() as partner:
            trip = direct_trip(await passenger.search("Berlin Hbf", "München Hbf", in_days(12)))
            events = "booking.confirmed,booking.cancelled"
            added = await run("add", f"{partner.url}/hooks", "--events", events, server=server)
            number, secret = (line.split()[1] for line in added.splitlines())
            partner.secrets = {secret}
            held = await passenger.hold(sellable(trip)[0]["offer_id"])
            booked = (await passenger.book(held.json()["hold_id"])).json()
            await passenger.cancel(booked["locator"], booked["access_token"])
            mine = booked["booking_id"]
            await wait_until(lambda: sum(each.event["subject"] == mine for each in partner.requests) == 2, 40)
            told = [request for request in partner.requests if request.event["subject"] == mine]
            assert [request.event["type"] for request in told] == events.split(",")
            assert all(request.signed_by == {secret} for request in told)
            assert told[0].event["data"]["locator"] == booked["locator"]
            assert "204 in" in await run("log", number, server=server)
            assert 'wayfare_webhook_attempts_total{outcome="accepted"}' in server.get("/metrics").text
            await run("remove", number, server=server)


async def run(*arguments: str, server: Server) -> str:
    """A command of `wayfare webhooks`; what it printed."""
    result = await asyncio.to_thread(run_wayfare, "webhooks", *arguments, data_dir=server.data_dir, **LOCAL)
    assert result.returncode == 0, result.stderr
    return result.stdout
