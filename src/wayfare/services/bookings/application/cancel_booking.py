"""Cancel a booking: the promise is one transaction, keeping it is retried until it is done."""

from __future__ import annotations

from typing import Any

import msgspec
import structlog

from wayfare.contracts.inventory.api import InventoryApi, ReleaseHold
from wayfare.contracts.payments.api import PaymentsApi, RefundPayment
from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import BookingNotCancellable, NotFound, RefundOfferExpired, ValidationFailed
from wayfare.kernel.money import Money
from wayfare.kernel.time import Clock, rfc3339
from wayfare.services.bookings.application.answer_once import AnswerOnce, digest_of
from wayfare.services.bookings.application.answers import Answers
from wayfare.services.bookings.application.ports import BookingStore, Stored, Told
from wayfare.services.bookings.domain.booking import Booking, ItemState, cancellation_refund_id
from wayfare.services.bookings.domain.refunds import RefundOffer, check_cancellable, quote

log = structlog.get_logger()


class KeepPromise:
    """Release the units and refund the money of a cancelled booking. Idempotent; raises Unavailable."""

    def __init__(self, store: BookingStore, inventory: InventoryApi, payments: PaymentsApi) -> None:
        self._store, self._inventory, self._payments = store, inventory, payments

    async def __call__(self, booking: Booking) -> None:
        try:
            await self._inventory.release_hold(ReleaseHold(booking.hold_id, booking.booking_id))
        except NotFound:
            # Inventory forgets holds of departures long gone; there is nothing left to give back.
            log.warning("hold.forgotten", hold_id=str(booking.hold_id))
        if booking.refunded > 0:
            amount = Money(booking.refunded, booking.offer.currency)
            refund_id = cancellation_refund_id(booking.booking_id)
            await self._payments.refund(RefundPayment(refund_id, booking.payment_id, amount))
        await self._store.close(booking.hold_id, booking.booking_id)


class CancelBooking:
    def __init__(
        self,
        store: BookingStore,
        keep_promise: KeepPromise,
        once: AnswerOnce,
        answers: Answers,
        secret: bytes,
        clock: Clock,
    ) -> None:
        self._store, self._keep_promise, self._once = store, keep_promise, once
        self._answers, self._clock = answers, clock
        self._seal: Seal[RefundOffer] = Seal(secret, "refund-offer", RefundOffer, ValidationFailed)

    def quote(self, booking: Booking) -> dict[str, Any]:
        """A refund offer, sealed for ten minutes. Raises `BookingNotCancellable`."""
        offer, items = quote(booking, self._clock.now_s())
        currency = offer.currency
        return {
            "refund_offer_id": self._seal.seal(offer),
            "refund": offer.refund_money.as_json(),
            "fee": offer.fee_money.as_json(),
            "expires_at": rfc3339(offer.expires_s, self._answers.origin_tz(booking)),
            "items": [
                {
                    "passenger": item.passenger + 1,
                    "leg": item.leg + 1,
                    "price": Money(item.price, currency).as_json(),
                    "fee": Money(item.fee, currency).as_json(),
                    "refund": Money(item.refund, currency).as_json(),
                }
                for item in items
            ],
        }

    async def accept(self, booking: Booking, refund_offer_id: str, key: str | None, fingerprint: str) -> Stored:
        """Cancel as quoted. Raises ValidationFailed, RefundOfferExpired, BookingNotCancellable, IdempotencyConflict."""
        offer = self._seal.open(refund_offer_id)
        if offer.booking_id != booking.booking_id:
            raise ValidationFailed.of("refund_offer_id", "this offer is for another booking")

        async def work() -> Stored:
            now_s = self._clock.now_s()
            check_cancellable(booking, now_s)
            if offer.expires_s <= now_s:
                raise RefundOfferExpired()
            return await self._cancel(booking, offer.refund, digest, fingerprint)

        digest = None if key is None else digest_of(key, f"cancel {booking.booking_id}")
        return await self._once(digest, fingerprint, work)

    async def at_once(self, booking: Booking) -> Stored:
        """Cancel for what would be given back now. Raises `BookingNotCancellable`."""
        offer, _ = quote(booking, self._clock.now_s())
        return await self._cancel(booking, offer.refund, None, "")

    async def _cancel(self, booking: Booking, refund: int, digest: bytes | None, fingerprint: str) -> Stored:
        item_state: ItemState = "refunded" if refund > 0 else "cancelled"
        cancelled = msgspec.structs.replace(
            booking, state="cancelled", refunded=refund, item_states=(item_state,) * len(booking.items())
        )
        answer = self._answers.shown(cancelled)
        told = None if digest is None else Told(digest, fingerprint, answer)
        if not await self._store.cancel(booking, refund, item_state, told):
            raise BookingNotCancellable("the booking has been cancelled already")
        log.info("booking.cancelled", booking_id=str(booking.booking_id), refund=refund)
        try:
            await self._keep_promise(cancelled)
        except Exception as error:  # noqa: BLE001  the promise is written: recovery keeps it
            text = f"{type(error).__name__}: {error}"
            log.warning("cancellation.postponed", booking_id=str(booking.booking_id), error=text)
            await self._store.postpone(booking.hold_id, 1, text)
        return answer
