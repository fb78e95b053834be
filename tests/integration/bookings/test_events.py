"""What bookings and payments write to their outboxes, in the transactions in which it happens."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from integration.bookings.after_sales import Guest, changeable, on_another_day
from integration.bookings.world import Process, body
from wayfare.contracts.bookings.events import BookingEvent
from wayfare.contracts.events import event_types
from wayfare.contracts.payments.events import PaymentEvent
from wayfare.infrastructure.events.outbox import START, Outbox
from wayfare.infrastructure.telemetry import correlation_id


async def story(process: Process, schema: str) -> list[tuple[str, Any]]:
    """The events of a service, each read by its own type."""
    family = BookingEvent if schema == "bookings" else PaymentEvent
    stored = await Outbox(schema, family.TOPIC, process.database).read(START, 100)
    return [
        (event.type, msgspec.json.decode(event.data, type=event_types(family)[event.type])) for event in stored.events
    ]


class TestEvents:
    async def test_a_booking_tells_its_story(self, process: Process) -> None:
        booked = await process.booked()
        told = await story(process, "bookings")
        assert [name for name, _ in told] == ["booking.created", "booking.confirmed"]
        for _, data in told:
            assert (data.locator, str(data.booking_id)) == (booked["locator"], booked["booking_id"])
        paid = await story(process, "payments")
        assert [name for name, _ in paid] == ["payment.authorised", "payment.captured"]
        assert {str(data.booking_id) for _, data in paid} == {booked["booking_id"]}
        assert {data.amount for _, data in paid} == {told[1][1].total}

    async def test_every_turn_names_the_request_that_made_it(self, process: Process) -> None:
        before = correlation_id.set("booking it")
        booked = await process.booked()
        correlation_id.set("cancelling it")
        headers = {"authorization": f"Bearer {booked['access_token']}"}
        await process.http.delete(f"/v1/bookings/{booked['locator']}", headers=headers)
        correlation_id.reset(before)
        told = [data.correlation_id for _, data in await story(process, "bookings")]
        assert told == ["booking it", "booking it", "cancelling it"]

    async def test_a_cancellation_is_told_with_its_refund(self, process: Process) -> None:
        booked = await process.booked()
        headers = {"authorization": f"Bearer {booked['access_token']}"}
        response = await process.http.delete(f"/v1/bookings/{booked['locator']}", headers=headers)
        assert response.status_code == 200
        name, data = (await story(process, "bookings"))[-1]
        assert name == "booking.cancelled"
        last, refunded = (await story(process, "payments"))[-1]
        assert last == "payment.refunded"
        assert refunded.amount == data.refund

    async def test_what_changes_afterwards_is_told_in_order(self, process: Process) -> None:
        offer = changeable(process.world, passengers=2)
        guest = await Guest.with_booking(process, offer, 2)
        await guest.rename(1, given_name="Augusta")
        quoted = await guest.exchange_offer(on_another_day(offer, 9000))
        assert (await guest.exchange(quoted["exchange_offer_id"], "tok_approved")).status_code == 200
        await guest.cancel(2)
        await guest.cancel()
        told = (await story(process, "bookings"))[2:]
        assert [name for name, _ in told] == [
            "booking.changed", "booking.exchanged", "booking.items_cancelled", "booking.cancelled",
        ]  # fmt: skip
        renamed, exchanged, partly, wholly = (data for _, data in told)
        assert (renamed.passengers, partly.passengers) == ((1,), (2,))
        assert (exchanged.fee.amount, exchanged.charged.amount, exchanged.refund.amount) == ("12.00", "72.00", "0.00")
        assert exchanged.departures[0].startswith("20261122-")
        paid = [data for name, data in await story(process, "payments") if name == "payment.captured"]
        assert [data.payment_id for data in paid][1:] == [exchanged.payment_id]
        given_back = [data for name, data in await story(process, "payments") if name == "payment.refunded"]
        assert sum(Decimal(data.amount.amount) for data in given_back) == sum(
            Decimal(data.refund.amount) for data in (partly, wholly)
        )

    async def test_a_declined_card_is_told_by_payments_alone(self, process: Process) -> None:
        response = await process.book(body(await process.world.hold(), token="tok_declined"))
        assert response.status_code == 402
        assert [name for name, _ in await story(process, "bookings")] == ["booking.created"]
        assert [name for name, _ in await story(process, "payments")] == ["payment.failed"]

    async def test_no_personal_data_and_no_token_leaves(self, process: Process) -> None:
        await process.booked()
        rows = await process.database.fetch(
            "SELECT payload FROM bookings.outbox UNION ALL SELECT payload FROM payments.outbox"
        )
        text = " ".join(row[0] for row in rows)
        content = body(await process.world.hold())
        for passenger in content["passengers"]:
            assert passenger["family_name"] not in text
        assert content["contact"]["email"] not in text
        assert content["payment"]["token"] not in text
