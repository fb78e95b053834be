"""A booking's steps, attempts and errors in the order they happened, for the operator."""

from __future__ import annotations

from collections.abc import Iterable

from wayfare.contracts.bookings.api import FindTimeline, OpenWork, Timeline, TimelineEntry
from wayfare.contracts.inventory.api import FindHold, InventoryApi
from wayfare.contracts.payments.api import PaymentsApi, PaymentTrace, TracePayments
from wayfare.kernel.errors import NotFound, Unavailable
from wayfare.kernel.ids import is_locator
from wayfare.services.bookings.application.ports import BookingStore
from wayfare.services.bookings.domain.booking import Booking

_UNREACHABLE = "unknown: the service does not answer"


class ShowTimeline:
    """Gathers what is kept anyway; only trouble has a table of its own."""

    def __init__(self, store: BookingStore, inventory: InventoryApi, payments: PaymentsApi) -> None:
        self._store, self._inventory, self._payments = store, inventory, payments

    async def __call__(self, message: FindTimeline) -> Timeline:
        """Raises NotFound. A service that does not answer leaves its part out and is named."""
        locator = message.locator.strip().upper()
        booking = await self._store.find_by_locator(locator) if is_locator(locator) else None
        if booking is None:
            raise NotFound(f"there is no booking {locator}")
        payments, missing = await self._trace_payments(booking)
        entries = [
            *await self._store.list_events(booking.booking_id),
            *await self._store.list_troubles(booking.booking_id),
            *_steps_of(payments),
        ]
        return Timeline(
            booking_id=booking.booking_id,
            locator=booking.locator,
            state=booking.state,
            hold_id=booking.hold_id,
            hold_state=await self._hold_state(booking),
            total=booking.total,
            refunded=booking.refunded,
            open_work=await self._open_work(booking),
            payments=payments,
            payments_missing=missing,
            entries=tuple(sorted(entries, key=lambda entry: entry.at)),
        )

    async def _trace_payments(self, booking: Booking) -> tuple[tuple[PaymentTrace, ...], bool]:
        try:
            return (await self._payments.trace_payments(TracePayments(booking.booking_id))).payments, False
        except Unavailable:
            return (), True

    async def _hold_state(self, booking: Booking) -> str:
        try:
            return (await self._inventory.get_hold(FindHold(booking.hold_id))).state
        except NotFound:
            return "forgotten"
        except Unavailable:
            return _UNREACHABLE

    async def _open_work(self, booking: Booking) -> OpenWork | None:
        return await self._store.find_open_work(booking)


def _steps_of(payments: Iterable[PaymentTrace]) -> Iterable[TimelineEntry]:
    """What moved money, or promised to."""
    for trace in payments:
        for step in trace.steps:
            yield TimelineEntry(step.at, f"payment.{step.what}", detail=f"{step.amount} by {trace.gateway}")
