"""What payments tells the world. Keyed by booking, so that the story of a booking's money stays in order."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from wayfare.contracts.events import Amount, EventData


class PaymentEvent(EventData, frozen=True):
    """Every event of a payment says which one, for which booking and how much."""

    TOPIC: ClassVar[str] = "payment-events"

    payment_id: UUID
    booking_id: UUID
    amount: Amount

    @property
    def key(self) -> str:
        return str(self.booking_id)


class PaymentAuthorised(PaymentEvent, frozen=True):
    """The gateway reserved the amount."""

    TYPE: ClassVar[str] = "payment.authorised"


class PaymentCaptured(PaymentEvent, frozen=True):
    """The gateway took the amount."""

    TYPE: ClassVar[str] = "payment.captured"


class PaymentFailed(PaymentEvent, frozen=True):
    """Declined or refused; `reason` is the gateway's code."""

    TYPE: ClassVar[str] = "payment.failed"

    reason: str


class PaymentVoided(PaymentEvent, frozen=True):
    """The reservation was let go; nothing was taken."""

    TYPE: ClassVar[str] = "payment.voided"


class PaymentRefunded(PaymentEvent, frozen=True):
    """The gateway gave `amount` back; a payment may be given back in parts."""

    TYPE: ClassVar[str] = "payment.refunded"

    refund_id: UUID


class PaymentChargedBack(PaymentEvent, frozen=True):
    """The customer's bank took `amount` back; `reason` is the gateway's code."""

    TYPE: ClassVar[str] = "payment.charged_back"

    chargeback_id: UUID
    reason: str


class PaymentReviewOpened(PaymentEvent, frozen=True):
    """Fraud rules want a person to look at the payment before the gateway is asked."""

    TYPE: ClassVar[str] = "payment.review_opened"


class PaymentReviewDecided(PaymentEvent, frozen=True):
    """A review has ended; once accepted, the payment goes on to its gateway."""

    TYPE: ClassVar[str] = "payment.review_decided"

    decision: Literal["accepted", "refused", "expired"]
