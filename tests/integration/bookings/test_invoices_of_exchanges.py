"""Each payment's invoice is for the trip it paid for, also when the booking has left that trip meanwhile."""

from __future__ import annotations

from uuid import UUID

import pytest

from integration.bookings.after_sales import Guest, changeable, on_another_day
from integration.bookings.test_invoices import listen
from integration.bookings.world import MIGRATIONS, World
from integration.events.killing import MIGRATIONS as EVENTS
from wayfare.contracts.payments.invoices import FindInvoices, Invoice
from wayfare.infrastructure.migrations import upgrade

pytestmark = pytest.mark.parametrize("world", ["real"], indirect=True)


@pytest.mark.parametrize("prompt", [True, False])
async def test_invoices_of_a_booking_that_was_exchanged_twice(world: World, prompt: bool) -> None:
    """`prompt`: each invoice is written before the next exchange; otherwise all of them after the last."""
    await upgrade(world.dsn, [*EVENTS, *MIGRATIONS])
    async with world.process() as process:
        offer = changeable(world, price=6000)
        guest = await Guest.with_booking(process, offer)
        for days, price in ((1, 9000), (2, 1000)):  # 36.00 to pay, then 71.00 back
            if prompt:
                await listen(process)
            new = offer
            for _ in range(days):
                new = on_another_day(new, price)
            quoted = await guest.exchange_offer(new)
            done = await guest.exchange(quoted["exchange_offer_id"], "tok_approved" if price == 9000 else None)
            assert done.status_code == 200, done.text
        await listen(process)
        booking_id = guest.booked["booking_id"]
        issued = (await process.payments.api.list_invoices(FindInvoices(UUID(booking_id)))).invoices
        first, second = (one for one in issued if one.kind == "invoice")
        notes = [one for one in issued if one.kind == "credit_note"]
        assert [_gross(first), _gross(second), sum(map(_gross, notes))] == [6000, 3600, 7100]
        assert [_days(first), _days(second)] == [{"2026-11-21"}, {"2026-11-22"}]
        for note in notes:
            credited = first if note.corrects == first.number else second
            assert note.corrects == credited.number
            assert _days(note) == _days(credited)


def _gross(invoice: Invoice) -> int:
    return invoice.gross.minor


def _days(invoice: Invoice) -> set[str]:
    return {line.ride.departs_at[:10] for line in invoice.lines}
