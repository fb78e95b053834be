"""From a paid booking to its invoices over HTTP: by the events, at once for nobody, once for each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from integration.bookings.world import MIGRATIONS, Process, World
from integration.events.killing import MIGRATIONS as EVENTS
from unit.documents.world import page_texts
from wayfare.contracts.offers.api import ConditionStep, Conversion, Offer
from wayfare.contracts.payments.api import CheckPayments, PaymentRef
from wayfare.infrastructure.events.broker import open_broker
from wayfare.infrastructure.events.consumer import Consumer
from wayfare.infrastructure.events.dead_letters import replay
from wayfare.infrastructure.migrations import upgrade
from wayfare.services.bookings.entrypoints.events import INVOICES
from wayfare.services.documents.wiring import build as build_documents

ADA = {"given_name": "Ada", "family_name": "Lovelace", "category": "adult"}
BYRON = {"given_name": "Byron", "family_name": "Lovelace", "category": "child"}


@pytest.fixture
async def world(world: World, tmp_path: Any) -> World:
    """With the tables of events and real documents."""
    await upgrade(world.dsn, [*EVENTS, *MIGRATIONS])
    world.documents = build_documents(data_dir=tmp_path / "documents").api
    return world


def taxed(world: World, currency: str = "EUR", price: int = 5990, **more: Any) -> Offer:
    """Two passengers on a train and a flight of two operators."""
    offer = world.offer(("adult", "child"), legs=2, price=price, **more)
    train, flight = offer.legs
    legs = (
        msgspec.structs.replace(train, taxes=(392, 392), tax_rate="0.07"),
        msgspec.structs.replace(flight, taxes=(150, 150), tax_rate="0", tax_fixed=150),
    )
    return msgspec.structs.replace(offer, legs=legs, currency=currency)


class Guest:
    """Somebody with a booking."""

    def __init__(self, process: Process, booking: dict[str, Any]) -> None:
        self._http, self.path = process.http, f"/v1/bookings/{booking['locator']}"
        self.headers = {"authorization": f"Bearer {booking['access_token']}"}

    async def invoices(self) -> list[dict[str, Any]]:
        response = await self._http.get(f"{self.path}/invoices", headers=self.headers)
        assert response.status_code == 200, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    async def read(self, invoice: dict[str, Any]) -> str:
        response = await self._http.get(invoice["url"], headers=self.headers)
        assert (response.status_code, response.headers["content-type"]) == (200, "application/pdf")
        assert response.headers["cache-control"] == "private, no-store"
        (text,) = page_texts(response.content)
        return text

    async def cancel(self) -> None:
        assert (await self._http.delete(self.path, headers=self.headers)).status_code == 200


async def listen(process: Process) -> Consumer:
    """One round of the subscriber of bookings."""
    (subscriber,) = process.bookings.subscribers
    consumer = Consumer(
        replace(subscriber, share=1.0), process.database, open_broker("postgres:", list(process.payments.outboxes))
    )
    await consumer.take_in()
    await consumer.handle()
    return consumer


async def booked(process: Process, offer: Offer) -> Guest:
    return Guest(process, await process.booked(offer=offer, passengers=[ADA, BYRON]))


class TestInvoices:
    async def test_come_by_the_events_one_for_each_operator(self, process: Process, world: World) -> None:
        guest = await booked(process, taxed(world))
        assert await guest.invoices() == []
        await listen(process)
        rail, air = await guest.invoices()
        assert (rail["seller"], rail["kind"], rail["corrects"]) == ("Demo Rail", "invoice", None)
        assert [rail[key]["amount"] for key in ("net", "tax", "gross")] == ["111.96", "7.84", "119.80"]
        assert [air[key]["amount"] for key in ("net", "tax", "gross")] == ["116.80", "3.00", "119.80"]
        await listen(process)
        assert len(await guest.invoices()) == 2

    async def test_read_like_invoices(self, process: Process, world: World) -> None:
        guest = await booked(process, taxed(world))
        await listen(process)
        rail, air = await guest.invoices()
        text = await guest.read(rail)
        for words in (
            "Demo Rail", "Invoice", rail["number"], "Ada Lovelace", "Ada@Example.org", "Byron Lovelace", "Child",
            "Aachen Hbf – Berlin Hbf", "ICE 847 · Sat 21 November 2026, 10:00 · Second class",
            "55.98 7 % 3.92 59.90", "Sum 111.96 7.84", "Total paid 119.80 EUR", "Page 1 of 1",
        ):  # fmt: skip
            assert words in text, words
        text = await guest.read(air)
        for words in ("0 % + charges", "Charges 3.00", "Sum 116.80 3.00", "Total paid 119.80 EUR"):
            assert words in text, words

    async def test_are_credited_when_the_booking_is_cancelled(self, process: Process, world: World) -> None:
        keep_quarter = (ConditionStep(world.offer().departs_s, 250),)
        guest = await booked(process, taxed(world, refund=keep_quarter))
        await listen(process)
        await guest.cancel()
        await listen(process)
        rail, air, *notes = await guest.invoices()
        assert [(note["kind"], note["corrects"]) for note in notes] == [
            ("credit_note", rail["number"]), ("credit_note", air["number"]),
        ]  # fmt: skip
        assert [[note[key]["amount"] for key in ("net", "tax", "gross")] for note in notes] == [
            ["83.96", "5.88", "89.84"], ["87.60", "2.24", "89.84"],
        ]  # fmt: skip
        text = await guest.read(notes[0])
        for words in ("Credit note", f"For invoice {rail['number']}", "Total refunded 89.84 EUR"):
            assert words in text, words

    async def test_work_in_yen_with_a_conversion(self, process: Process, world: World) -> None:
        offer = taxed(world, "JPY", price=14_720)
        offer = msgspec.structs.replace(offer, conversion=Conversion("ECB", "2026-10-30", "EUR", (("JPY", "164.51"),)))
        guest = await booked(process, offer)
        await guest.cancel()
        await listen(process)
        rail, _, note, _ = await guest.invoices()
        assert rail["gross"] == note["gross"] == {"amount": "29440", "currency": "JPY"}
        text = await guest.read(rail)
        assert "Total paid 29440 JPY" in text
        assert "Converted at ECB rates of 2026-10-30: 1 EUR = 164.51 JPY." in text

    async def test_of_a_booking_that_failed_after_its_capture(self, process: Process, world: World) -> None:
        """What was taken and given back is documented, too."""
        guest = await booked(process, taxed(world))
        payment_id = await process.database.fetchval("SELECT payment_id FROM bookings.booking")
        await process.payments.api.void(PaymentRef(payment_id))
        await listen(process)
        assert [one["kind"] for one in await guest.invoices()] == ["invoice", "invoice", "credit_note", "credit_note"]

    async def test_are_issued_once_when_every_event_comes_again(self, process: Process, world: World) -> None:
        guests = [await booked(process, taxed(world)) for _ in range(3)]
        consumer = await listen(process)
        before = [await guest.invoices() for guest in guests]
        assert (
            await replay(process.database, list(process.payments.outboxes), INVOICES, None, None) == 6
        )  # authorised and captured
        await consumer.handle()
        assert [await guest.invoices() for guest in guests] == before

    async def test_are_for_the_guest_alone(self, process: Process, world: World) -> None:
        guest, other = await booked(process, taxed(world)), await booked(process, taxed(world))
        await listen(process)
        (invoice, _), (foreign, _) = await guest.invoices(), await other.invoices()
        assert (await process.http.get(invoice["url"])).status_code == 401
        assert (await process.http.get(invoice["url"], headers=other.headers)).status_code == 403
        assert (await process.http.get(f"{guest.path}/invoices", headers=other.headers)).status_code == 403
        for number in (foreign["number"], "X-I2026-000001", "%00", "..%2F1"):
            response = await process.http.get(f"{guest.path}/invoices/{number}.pdf", headers=guest.headers)
            assert response.status_code == 404, number

    async def test_the_doctor_counts_them(self, process: Process, world: World) -> None:
        await booked(process, taxed(world))
        before = await process.payments.api.check(CheckPayments())
        await listen(process)
        after = await process.payments.api.check(CheckPayments())
        assert (before.findings, after.findings) == ((), ())
        assert after.checked == before.checked + 2
