"""What a payment says of itself when it turns."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from wayfare.contracts.events import Amount
from wayfare.contracts.payments.api import PaymentState, RecordChargeback
from wayfare.contracts.payments.events import (
    PaymentAuthorised,
    PaymentCaptured,
    PaymentChargedBack,
    PaymentEvent,
    PaymentFailed,
    PaymentRefunded,
    PaymentReviewDecided,
    PaymentReviewOpened,
    PaymentVoided,
)
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.payment import PaymentRecord, RefundRecord

_PLAIN: dict[PaymentState, type[PaymentEvent]] = {
    "authorised": PaymentAuthorised,
    "captured": PaymentCaptured,
    "voided": PaymentVoided,
}


def turned(payment_id: UUID, booking_id: UUID, amount: Money, state: PaymentState, reason: str) -> PaymentEvent | None:
    """The event of a payment that came into `state`; None for states on the way."""
    plain = _PLAIN.get(state)
    if plain is not None:
        return plain(payment_id=payment_id, booking_id=booking_id, amount=Amount.of(amount))
    if state in ("declined", "failed"):
        return PaymentFailed(payment_id=payment_id, booking_id=booking_id, amount=Amount.of(amount), reason=reason)
    return None


def refunded(payment: PaymentRecord, refund: RefundRecord) -> PaymentRefunded:
    return PaymentRefunded(
        payment_id=payment.payment_id,
        booking_id=payment.booking_id,
        amount=Amount.of(refund.amount),
        refund_id=refund.refund_id,
    )


def charged_back(payment: PaymentRecord, chargeback: RecordChargeback) -> PaymentChargedBack:
    return PaymentChargedBack(
        payment_id=payment.payment_id,
        booking_id=payment.booking_id,
        amount=Amount.of(chargeback.amount),
        chargeback_id=chargeback.chargeback_id,
        reason=chargeback.reason,
    )


def review_opened(payment: PaymentRecord) -> PaymentReviewOpened:
    return PaymentReviewOpened(payment.payment_id, payment.booking_id, Amount.of(payment.amount))


def review_decided(payment: PaymentRecord, decision: Literal["accepted", "refused", "expired"]) -> PaymentReviewDecided:
    return PaymentReviewDecided(payment.payment_id, payment.booking_id, Amount.of(payment.amount), decision)
