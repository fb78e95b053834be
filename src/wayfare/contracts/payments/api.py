"""Payments: authorise, capture, void, refund. Card data never comes here: tokens only."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import Findings
from wayfare.contracts.payments.fraud import (
    DecideReview,
    FindFraudRules,
    FindReview,
    FraudRules,
    ListReviews,
    LoadFraudRules,
    Review,
    Reviews,
    Risk,
)
from wayfare.contracts.payments.invoices import (
    FindInvoices,
    Invoices,
    Issued,
    IssueInvoices,
    SellersSet,
    SetSellers,
)
from wayfare.kernel.money import Money

PaymentState = Literal["new", "pending", "authorised", "captured", "declined", "voided", "failed"]


class AuthorisePayment(msgspec.Struct, frozen=True):
    """Idempotent by `payment_id`: asked again, it answers what is known or asks the gateway again.

    `risk`: what fraud rules judge by; without it the payment is not judged.
    """

    payment_id: UUID
    booking_id: UUID
    amount: Money
    method: str
    token: str
    risk: Risk | None = None


class PaymentRef(msgspec.Struct, frozen=True):
    payment_id: UUID


class NextAction(msgspec.Struct, frozen=True):
    """What the customer must do before a pending payment goes on: 3-D Secure, an approval. `url`: send them there."""

    type: Literal["redirect"]
    url: str


class Payment(msgspec.Struct, frozen=True):
    payment_id: UUID
    booking_id: UUID
    amount: Money
    state: PaymentState
    reason: str = ""  # why it was declined, by the gateway's code
    refunded: int = 0  # minor units given back so far
    next_action: NextAction | None = None  # only while pending


class RefundPayment(msgspec.Struct, frozen=True):
    """Idempotent by `refund_id`."""

    refund_id: UUID
    payment_id: UUID
    amount: Money


class Refund(msgspec.Struct, frozen=True):
    refund_id: UUID
    payment_id: UUID
    amount: Money
    state: Literal["pending", "refunded", "failed"]
    settled_s: int | None = None  # when the gateway said so; None while it is pending


class ListRefunds(msgspec.Struct, frozen=True):
    """The refunds of these payments."""

    payment_ids: tuple[UUID, ...]


class Refunds(msgspec.Struct, frozen=True):
    refunds: tuple[Refund, ...]


class RecordChargeback(msgspec.Struct, frozen=True):
    """A customer's bank took captured money back. Idempotent by `chargeback_id`."""

    chargeback_id: UUID
    payment_id: UUID
    amount: Money
    reason: str


class ListPayments(msgspec.Struct, frozen=True):
    """All payments in order of their id."""

    after: UUID | None
    limit: int = 1000


class PaymentsPage(msgspec.Struct, frozen=True):
    payments: tuple[Payment, ...]


class TracePayments(msgspec.Struct, frozen=True):
    """Every payment of a booking with its history, for the operator."""

    booking_id: UUID


class PaymentStep(msgspec.Struct, frozen=True):
    """A movement of the journal: "authorised", "captured", "refund_promised", "refund_paid", …"""

    at: datetime
    what: str
    amount: Money


class PaymentTrace(msgspec.Struct, frozen=True):
    """`attempts`: how often its authorisation was written, one for each answer or silence of the gateway."""

    payment: Payment
    method: str
    gateway: str
    attempts: int
    made_at: datetime
    changed_at: datetime
    steps: tuple[PaymentStep, ...]
    refunds: tuple[Refund, ...]


class PaymentTraces(msgspec.Struct, frozen=True):
    """In the order they were made."""

    payments: tuple[PaymentTrace, ...]


class ListSettled(msgspec.Struct, frozen=True):
    """Which bookings a gateway has told news about in the last `within_s` seconds."""

    within_s: int


class SettledBookings(msgspec.Struct, frozen=True):
    booking_ids: tuple[UUID, ...]


class FindReadiness(msgspec.Struct, frozen=True):
    """Whether a payment by `method` can be asked for now."""

    method: str


class Readiness(msgspec.Struct, frozen=True):
    """`retry_after_s` is 0 when the gateway takes payments, else how long its circuit stays open."""

    retry_after_s: int = 0


class CheckPayments(msgspec.Struct, frozen=True):
    """Check payments against their refunds and the ledger."""


class CompareCharges(msgspec.Struct, frozen=True):
    """Compare what was charged since a moment (Unix seconds) with the gateways' own lists.

    `grace_s`: payments and charges that moved this short a time ago may still be on their way and are left alone.
    """

    since_s: int
    grace_s: int


class PaymentsApi(Protocol):
    async def authorise(self, message: AuthorisePayment) -> Payment:
        """State `authorised`, `declined` or `pending` (the gateway did not answer in time). Raises Unavailable."""

    async def capture(self, message: PaymentRef) -> Payment:
        """Idempotent. Raises NotFound, Unavailable."""

    async def void(self, message: PaymentRef) -> Payment:
        """Give an authorisation back; refunds in full what was captured. Idempotent."""

    async def refund(self, message: RefundPayment) -> Refund:
        """Raises NotFound, ValidationFailed (more than was captured), Unavailable."""

    async def list_refunds(self, message: ListRefunds) -> Refunds:
        """In the order they were asked for; payments that are unknown have none."""

    async def record_chargeback(self, message: RecordChargeback) -> Payment:
        """Raises NotFound, ValidationFailed (more than was captured)."""

    async def get_payment(self, message: PaymentRef) -> Payment:
        """Raises NotFound."""

    async def list_payments(self, message: ListPayments) -> PaymentsPage: ...

    async def trace_payments(self, message: TracePayments) -> PaymentTraces: ...

    async def list_settled(self, message: ListSettled) -> SettledBookings:
        """A hint, told at least once: these bookings need not wait for their next look-up."""

    async def find_readiness(self, message: FindReadiness) -> Readiness:
        """Asked before a booking is made, so that nothing is begun with a gateway that is down."""

    async def issue_invoices(self, message: IssueInvoices) -> Issued:
        """Idempotent. Raises ValidationFailed (nothing sold that could be invoiced), Unavailable."""

    async def list_invoices(self, message: FindInvoices) -> Invoices: ...

    async def set_sellers(self, message: SetSellers) -> SellersSet:
        """Raises ValidationFailed: a code that is taken, or changed after documents were issued under it."""

    async def load_fraud_rules(self, message: LoadFraudRules) -> FraudRules:
        """They hold within seconds. Raises ImportRefused."""

    async def find_fraud_rules(self, message: FindFraudRules) -> FraudRules: ...

    async def list_reviews(self, message: ListReviews) -> Reviews: ...

    async def get_review(self, message: FindReview) -> Review:
        """Raises NotFound."""

    async def decide_review(self, message: DecideReview) -> Review:
        """Raises NotFound, ValidationFailed (it was decided otherwise, or has ended)."""

    async def check(self, message: CheckPayments) -> Findings: ...

    async def compare_charges(self, message: CompareCharges) -> Findings:
        """Nothing for gateways without a list. A gateway that does not answer is a finding."""
