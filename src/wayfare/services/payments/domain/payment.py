"""A payment and its refunds: their states, and what may follow what.

    new ──> pending ──> authorised ──> captured      (refunds leave the state alone)
      └────────┴──> declined  └──> voided, failed

A refund is pending until the gateway has done it; its amount counts as given back from the first moment, so two
refunds can never give back more than was captured.
"""

from __future__ import annotations

import hashlib
from typing import Literal
from uuid import UUID

import msgspec

from wayfare.contracts.payments.api import NextAction, Payment, PaymentState, Refund
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.fraud import REFUSED, Screening

OPEN_STATES: frozenset[PaymentState] = frozenset({"new", "pending"})
VOIDABLE_STATES: frozenset[PaymentState] = frozenset({"new", "pending", "authorised"})
RefundState = Literal["pending", "refunded", "failed"]


class PaymentRecord(msgspec.Struct, frozen=True):
    """A payment as it is stored; `gateway` is "" before one was asked. `screening` is only written, never read."""

    payment_id: UUID
    booking_id: UUID
    amount: Money
    state: PaymentState
    method: str
    token: str
    gateway: str
    gateway_ref: str = ""
    reason: str = ""
    refunded: int = 0
    attempts: int = 1
    action_url: str = ""  # where the customer must go while it is pending
    screening: Screening | None = None

    def public(self) -> Payment:
        return Payment(
            payment_id=self.payment_id,
            booking_id=self.booking_id,
            amount=self.amount,
            state=self.state,
            reason=self.reason,
            refunded=self.refunded,
            next_action=NextAction("redirect", self.action_url) if self.action_url else None,
        )


def judged(record: PaymentRecord, screening: Screening) -> PaymentRecord:
    """The payment as fraud rules leave it; what they stop, no gateway hears of."""
    if screening.decision == "accept":
        return msgspec.structs.replace(record, screening=screening)
    refused = screening.decision == "refuse"
    return msgspec.structs.replace(
        record,
        state="declined" if refused else "pending",
        reason=REFUSED if refused else "",
        gateway="",
        screening=screening,
    )


class RefundRecord(msgspec.Struct, frozen=True):
    """A refund as it is stored, with the payment's reference at the gateway."""

    refund_id: UUID
    payment_id: UUID
    amount: Money
    state: RefundState
    gateway_ref: str = ""
    settled_s: int | None = None

    def public(self) -> Refund:
        return Refund(self.refund_id, self.payment_id, self.amount, self.state, self.settled_s)


def check_refund(payment: PaymentRecord, amount: Money, charged_back: int = 0) -> None:
    """Raises `ValidationFailed` unless `amount` can still be given back.

    `charged_back`: minor units the customer's bank has taken back already.
    """
    _check_left(payment, amount, charged_back, "given back")


def check_chargeback(payment: PaymentRecord, amount: Money, charged_back: int) -> None:
    """Raises `ValidationFailed` when a bank takes more than was captured.

    Refunds do not count: a bank may take back what was refunded already, and that loss must be on record.
    """
    _check_left(msgspec.structs.replace(payment, refunded=0), amount, charged_back, "charged back")


def _check_left(payment: PaymentRecord, amount: Money, charged_back: int, verb: str) -> None:
    if payment.state != "captured":
        raise ValidationFailed(f"of a payment that is {payment.state} nothing can be {verb}")
    if amount.currency != payment.amount.currency:
        raise ValidationFailed.of("amount", f"the payment was made in {payment.amount.currency}")
    left = max(0, payment.amount.minor - payment.refunded - charged_back)
    if not 0 < amount.minor <= left:
        raise ValidationFailed.of("amount", f"at most {Money(left, amount.currency)} can be {verb}")


def full_refund_id(payment_id: UUID) -> UUID:
    """The refund that undoes a whole payment: the same each time, so it happens once."""
    digest = hashlib.blake2b(payment_id.bytes, digest_size=16, person=b"wayfare-void").digest()
    return UUID(bytes=digest)


def chargeback_id(gateway: str, ref: str) -> UUID:
    """The chargeback that a gateway calls `ref`: the same each time, so it counts once however often it is told."""
    digest = hashlib.blake2b(f"{gateway}:{ref}".encode(), digest_size=16, person=b"wayfare-dispute").digest()
    return UUID(bytes=digest)


def made_at_ms(payment_id: UUID) -> int:
    """The Unix millisecond a version 7 id was made (RFC 9562, 5.7)."""
    return payment_id.int >> 80
