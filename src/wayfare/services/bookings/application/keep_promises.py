"""Release the units and give back the money that a cancellation or an exchange has promised."""

from __future__ import annotations

from uuid import UUID

import structlog

from wayfare.contracts.inventory.api import InventoryApi, ReleaseHold
from wayfare.contracts.payments.api import PaymentsApi, RefundPayment
from wayfare.kernel.errors import NotFound, Unavailable
from wayfare.kernel.money import Money
from wayfare.services.bookings.application.leases import Leases
from wayfare.services.bookings.application.note_trouble import NoteTrouble
from wayfare.services.bookings.application.ports import AfterSalesStore, BookingStore
from wayfare.services.bookings.domain.booking import Booking, PromisedRefund

log = structlog.get_logger()


class KeepPromises:
    def __init__(
        self,
        sagas: BookingStore,
        store: AfterSalesStore,
        inventory: InventoryApi,
        payments: PaymentsApi,
        leases: Leases,
        note: NoteTrouble,
    ) -> None:
        self._sagas, self._store, self._inventory, self._payments = sagas, store, inventory, payments
        self._leases, self._note = leases, note

    async def __call__(self, booking: Booking, hold_id: UUID, attempt: int = 0) -> None:
        """Everything the booking owes; `hold_id`: the hold that its saga was opened on. Idempotent.

        `attempt`: how often it was resumed. Raises Unavailable.
        """
        step = "release"
        try:
            await self._release(booking, hold_id)
            step = "refund"
            for refund in booking.refunds:
                await self._refund(booking, refund, attempt)
        except Exception as error:
            await self._note(booking.booking_id, step, attempt, error)
            raise
        await self._store.close(hold_id, booking.booking_id)

    async def now_or_later(self, booking: Booking, hold_id: UUID) -> None:
        """Try at once; what goes wrong is left to recovery, for the promise is written."""
        try:
            with self._leases.kept(hold_id):
                await self(booking, hold_id)
        except Exception as error:  # noqa: BLE001  whatever it was, recovery tries again
            text = f"{type(error).__name__}: {error}"
            log.warning("promise.postponed", booking_id=str(booking.booking_id), error=text)
            await self._sagas.postpone(hold_id, 1, text)

    async def _refund(self, booking: Booking, promised: PromisedRefund, attempt: int) -> None:
        amount = Money(promised.amount, booking.offer.currency)
        refund = await self._payments.refund(RefundPayment(promised.refund_id, promised.payment_id, amount))
        if refund.state != "refunded":
            # Payments goes on with it; what became of it shows there.
            trouble = Unavailable(f"the refund of {amount} is {refund.state}")
            await self._note(booking.booking_id, "refund", attempt, trouble)

    async def _release(self, booking: Booking, hold_id: UUID) -> None:
        """The whole hold of a trip that was left or cancelled, else the units of those who no longer travel."""
        gone: tuple[int, ...] | None = None
        if hold_id == booking.hold_id and booking.state == "ticketed":
            gone = tuple(set(range(len(booking.passengers))) - set(booking.travelling))
            if not gone:
                return
        try:
            await self._inventory.release_hold(ReleaseHold(hold_id, booking.booking_id, gone))
        except NotFound:
            # Inventory forgets holds of departures long gone; there is nothing left to give back.
            log.warning("hold.forgotten", hold_id=str(hold_id))
