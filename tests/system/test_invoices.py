"""Invoices of a running system: by its own events, in its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from system.harness import Server, run_wayfare
from system.world import Passenger, bearer, direct_trip, in_days, sellable
from unit.documents.world import page_texts

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("doctor")]

SELLERS = """
[[seller]]
operator = "{operator}"
code = "SYS"
name = "System Rail AG"
address = ["Bahnhofplatz 1"]
tax_id = "DE123456789"
"""


async def invoices_when(
    passenger: Passenger, booking: Any, ready: Callable[[list[Any]], bool], patience_s: float = 30.0
) -> list[Any]:
    path, headers = f"/v1/bookings/{booking['locator']}/invoices", bearer(booking["access_token"])
    items: list[Any] = []
    for _ in range(int(patience_s / 0.1)):
        items = (await passenger.client.get(path, headers=headers)).json()["items"]
        if ready(items):
            return items
        await asyncio.sleep(0.1)
    raise AssertionError(f"not in time: {items}")


async def book(passenger: Passenger) -> Any:
    trip = direct_trip(await passenger.search("Berlin", "München", in_days(20)))
    hold = (await passenger.hold(sellable(trip)[-1]["offer_id"])).json()["hold_id"]
    answer = await passenger.book(hold)
    assert answer.status_code == 201, answer.text
    return answer.json()


class TestInvoices:
    async def test_follow_a_booking_and_its_cancellation(self, passenger: Passenger) -> None:
        booking = await book(passenger)
        (invoice,) = await invoices_when(passenger, booking, lambda items: len(items) == 1)
        assert (invoice["kind"], invoice["gross"]) == ("invoice", booking["price"])
        cancelled = (await passenger.cancel(booking["locator"], booking["access_token"])).json()
        _, note = await invoices_when(passenger, booking, lambda items: len(items) == 2)
        assert (note["kind"], note["corrects"]) == ("credit_note", invoice["number"])
        assert note["gross"] == cancelled["refunded"]
        for document, title in ((invoice, "Invoice"), (note, "Credit note")):
            pdf = await passenger.client.get(document["url"], headers=bearer(booking["access_token"]))
            (text,) = page_texts(pdf.content)
            assert title in text
            assert document["number"] in text
            assert f"{document['gross']['amount']} {document['gross']['currency']}" in text

    def test_sellers_come_from_a_file(self, server: Server, tmp_path: Path) -> None:
        file = tmp_path / "sellers.toml"
        file.write_text(SELLERS.format(operator="nowhere:1"))
        result = run_wayfare("import", "sellers", str(file), data_dir=server.data_dir)
        assert (result.returncode, result.stdout) == (0, "1 sellers, for documents issued from now on\n"), result.stderr
        file.write_text(SELLERS.format(operator="nowhere"))
        result = run_wayfare("import", "sellers", str(file), data_dir=server.data_dir)
        assert result.returncode == 2
        assert result.stderr.strip().endswith("seller[0].operator: 'nowhere' is not feed:agency_id")
