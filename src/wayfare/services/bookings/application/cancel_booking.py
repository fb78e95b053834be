"""Cancel a booking, in whole or for some passengers: what is promised is one transaction, keeping it comes after."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import structlog

from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import BookingNotCancellable, RefundOfferExpired, ValidationFailed
from wayfare.kernel.money import Money
from wayfare.kernel.time import Clock, rfc3339
from wayfare.services.bookings.application.answer_once import AnswerOnce, digest_of
from wayfare.services.bookings.application.answers import Answers
from wayfare.services.bookings.application.keep_promises import KeepPromises
from wayfare.services.bookings.application.ports import AfterSalesStore, Stored, Told
from wayfare.services.bookings.domain.booking import Booking
from wayfare.services.bookings.domain.refunds import RefundOffer, cancelled, check_cancellable, quote

log = structlog.get_logger()


class CancelBooking:
    def __init__(
        self,
        store: AfterSalesStore,
        keep_promises: KeepPromises,
        once: AnswerOnce,
        answers: Answers,
        secret: bytes,
        clock: Clock,
    ) -> None:
        self._store, self._keep_promises, self._once = store, keep_promises, once
        self._answers, self._clock = answers, clock
        self._seal: Seal[RefundOffer] = Seal(secret, "refund-offer", RefundOffer, ValidationFailed)

    def quote(self, booking: Booking, passengers: Collection[int] = ()) -> dict[str, Any]:
        """A refund offer, sealed for ten minutes; for `passengers` (from 0), or everybody.

        Raises `BookingNotCancellable`, `ValidationFailed`.
        """
        offer, items = quote(booking, self._clock.now_s(), passengers)
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
            check_cancellable(booking, now_s, offer.passengers)
            if offer.version != booking.version:
                raise RefundOfferExpired("the booking has changed since; ask for a new refund offer")
            if offer.expires_s <= now_s:
                raise RefundOfferExpired()
            return await self._cancel(booking, offer, digest, fingerprint)

        digest = None if key is None else digest_of(key, f"cancel {booking.booking_id}")
        return await self._once(digest, fingerprint, work)

    async def at_once(self, booking: Booking) -> Stored:
        """Cancel for what would be given back now. Raises `BookingNotCancellable`."""
        offer, _ = quote(booking, self._clock.now_s())
        return await self._cancel(booking, offer, None, "")

    async def _cancel(self, booking: Booking, offer: RefundOffer, digest: bytes | None, fingerprint: str) -> Stored:
        after = cancelled(booking, offer, self._clock.now_s())
        answer = self._answers.shown(after)
        told = None if digest is None else Told(digest, fingerprint, answer)
        if not await self._store.cancel(booking, after, told):
            raise BookingNotCancellable("the booking has been changed meanwhile")
        log.info("booking.cancelled", booking_id=str(booking.booking_id), state=after.state, refund=offer.refund)
        await self._keep_promises.now_or_later(after, booking.hold_id)
        return answer
