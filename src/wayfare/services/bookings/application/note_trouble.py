"""Keep what went wrong with a step, for whoever looks after the booking."""

from __future__ import annotations

from uuid import UUID

import structlog

from wayfare.contracts.payments.api import Payment
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.errors import PaymentDeclined, PaymentPending, WayfareError
from wayfare.services.bookings.application.ports import BookingStore, Trouble

log = structlog.get_logger()

DETAIL_MAX = 500


class NoteTrouble:
    """Nothing is written while all goes well, and what cannot be written is logged: it never stops a saga."""

    def __init__(self, store: BookingStore) -> None:
        self._store = store

    async def __call__(self, booking_id: UUID, step: str, attempt: int, error: Exception) -> None:
        """`attempt`: how often the saga had been resumed."""
        code, detail = WayfareError.code, f"{type(error).__name__}: {error}"
        if isinstance(error, WayfareError):
            code, detail = error.code, error.detail
        await self._write(Trouble(booking_id, step, attempt, code, detail[:DETAIL_MAX], correlation_id.get()))

    async def resumed(self, booking_id: UUID, attempt: int) -> None:
        """A saga that was interrupted, or had to wait, was taken up again and finished."""
        detail = "taken up again and finished"
        await self._write(Trouble(booking_id, "resume", attempt, "resumed", detail, correlation_id.get()))

    async def _write(self, trouble: Trouble) -> None:
        try:
            await self._store.note_trouble(trouble)
        except Exception as error:  # noqa: BLE001  the saga's own error matters more
            log.warning("trouble.not_noted", booking_id=str(trouble.booking_id), code=trouble.code, error=repr(error))


def trouble_of(payment: Payment) -> WayfareError | None:
    """Why a payment did not go on, in the words of errors."""
    if payment.state == "pending":
        waits = "the customer has to act" if payment.next_action else "the gateway has not answered"
        return PaymentPending(payment.reason or waits)
    if payment.state in ("declined", "failed", "voided"):
        return PaymentDeclined(
            f"payment {payment.payment_id} is {payment.state}: {payment.reason or 'no reason given'}"
        )
    return None
