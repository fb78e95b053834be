"""What the payments service needs from outside: a gateway that moves money, and a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import Findings
from wayfare.contracts.payments.api import NextAction, Payment, PaymentState, PaymentTrace, RecordChargeback, Refund
from wayfare.contracts.payments.fraud import FraudRules, Review, ReviewState
from wayfare.contracts.payments.invoices import Invoice, Seller, SoldBooking
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.comparison import GatewayCharge, KnownMoney
from wayfare.services.payments.domain.fraud import Velocity
from wayfare.services.payments.domain.payment import PaymentRecord, RefundRecord

Outcome = Literal["authorised", "pending", "captured", "voided", "refunded", "declined", "unknown"]


class Charge(msgspec.Struct, frozen=True):
    """What a gateway is asked to reserve. `key` is its idempotency key: the payment's id.

    `ref` is the gateway's own name for it, where an earlier answer gave one.
    """

    key: str
    amount: Money
    method: str
    token: str
    ref: str = ""


class GatewayAnswer(msgspec.Struct, frozen=True):
    """What a gateway said. `unknown`: it never heard of that key. `ref` is its own name for the charge.

    `pending`: the customer must act first (`next_action`), or the gateway decides later. `gateway`: who answered,
    where several could.
    `fee`: what it keeps of a capture, in minor units, where it says so.
    """

    outcome: Outcome
    ref: str = ""
    reason: str = ""
    next_action: NextAction | None = None
    gateway: str = ""
    fee: int = 0


class Dispute(msgspec.Struct, frozen=True):
    """A customer's bank has taken captured money back. `ref`: the gateway's name for it; `reason`: its code."""

    ref: str
    amount: Money
    reason: str


class Notice(msgspec.Struct, frozen=True):
    """A genuine webhook: something happened to the charge `key`. What it is now, a look-up tells.

    So it does not matter whether notices come twice, late or out of order. A dispute is told in full.
    """

    event_id: str
    key: str
    kind: str
    dispute: Dispute | None = None


class ChargesPage(msgspec.Struct, frozen=True):
    """`next`: where the next page begins, "" after the last."""

    charges: tuple[GatewayCharge, ...]
    next: str = ""


class PaymentGateway(Protocol):
    """Moves money. Every call is idempotent by its key: asked again, it answers the same and moves nothing.

    Raises `Unavailable` when it cannot be reached; then nobody knows whether it acted. Time-outs are the caller's.
    """

    name: str
    voids_by_key: bool
    """Whether `void` works without a `ref`; if not, the charge is looked up first."""

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        """Reserve the amount: `authorised`, `declined` or `pending`."""

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        """What became of a charge that is pending or whose answer was lost; `unknown` when it never arrived."""

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        """Take what was reserved: `captured` or `declined`."""

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        """Let go what was reserved, also before it was (`ref` is "" when the answer was lost): `voided`."""

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        """Give back captured money: `refunded` or `declined`. `key` is the refund's id."""

    async def list_charges(self, since_s: int, after: str) -> ChargesPage | None:
        """A page of the charges made under our keys since then (Unix seconds); None when it keeps no list to ask for.

        `after`: "" or `next` of the page before.
        """

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """Verify a webhook and read it; None when it is about nothing of ours.

        Header names are in lower case. Raises `SignatureRefused` when the signature is wrong or too old.
        """

    def retry_after_s(self, method: str) -> int:
        """0 when it takes charges now, else how long its circuit stays open."""

    async def aclose(self) -> None:
        """Let go of connections."""


class CaptureResult(msgspec.Struct, frozen=True):
    """A capture as the gateway answered it: state `captured` or `failed`; `fee` is what it keeps, in minor units."""

    payment_id: UUID
    booking_id: UUID
    amount: Money
    state: PaymentState
    reason: str = ""
    fee: int = 0


class MoneyReader(Protocol):
    """Our records, for comparing them with a gateway's."""

    async def find_money(self, payment_ids: Sequence[UUID]) -> Sequence[KnownMoney]:
        """Those that are there, in any order."""

    async def list_money(self, gateway: str, after: UUID, limit: int) -> Sequence[KnownMoney]:
        """Payments that this gateway has reserved or taken, by id."""


class PaymentStore(Protocol):
    """Where payments and refunds are kept."""

    async def record_authorisation(self, record: PaymentRecord) -> PaymentRecord:
        """Write what became of an authorisation; a state that is already final stays. Answers what is stored."""

    async def record_capture(self, result: CaptureResult) -> PaymentState:
        """Write the end of a capture if the payment is still authorised. Answers the state that is stored."""

    async def find_payment(self, payment_id: UUID) -> PaymentRecord | None: ...

    async def get_payment(self, payment_id: UUID) -> PaymentRecord:
        """Raises `NotFound`."""

    async def get_authorised(self, payment_id: UUID) -> PaymentRecord:
        """The payment as this process last wrote it, if it did: good enough to ask the gateway, not to decide.

        Raises `NotFound`.
        """

    async def void_payment(self, payment_id: UUID) -> PaymentRecord:
        """Mark it voided unless it is declined, failed or captured. Answers what is stored."""

    async def open_refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> RefundRecord:
        """Write a pending refund and count it, once. Raises NotFound, ValidationFailed."""

    async def close_refund(self, refund: RefundRecord, *, refunded: bool, reason: str) -> RefundRecord:
        """Write the gateway's answer, once; a refund it declined no longer counts."""

    async def record_chargeback(self, chargeback: RecordChargeback) -> None:
        """Write it, once. Raises NotFound, ValidationFailed."""

    async def take_due_refunds(self, limit: int) -> Sequence[RefundRecord]:
        """Pending refunds that are due again; each is put off with growing delay until it is closed."""

    async def list_refunds(self, payment_ids: Sequence[UUID]) -> tuple[Refund, ...]: ...

    async def list_payments(self, after: UUID | None, limit: int) -> tuple[Payment, ...]: ...

    async def trace_payments(self, booking_id: UUID) -> tuple[PaymentTrace, ...]:
        """Every payment of a booking with its movements and refunds, in the order they were made."""

    async def check(self) -> Findings: ...

    async def has_notice(self, gateway: str, event_id: str) -> bool: ...

    async def record_notice(self, gateway: str, notice: Notice, record: PaymentRecord) -> None:
        """Remember a notice that was acted on, once."""

    async def list_settled(self, within_s: int) -> tuple[UUID, ...]:
        """The bookings of the notices of the last seconds."""

    async def remove_old_notices(self) -> int: ...


class Sighting(msgspec.Struct, frozen=True):
    """A payment to be counted: the velocity rules whose trait is known of it, with the trait's hash."""

    payment_id: UUID
    traits: tuple[tuple[Velocity, bytes], ...]


class Seen(msgspec.Struct, frozen=True):
    """How many other payments each rule counts. `again`: this payment was counted before."""

    times: Mapping[Velocity, int]
    again: bool


class FraudStore(Protocol):
    """Where fraud rules, what they count by, reviews and decisions are kept."""

    async def add_rules(self, text: str, by: str) -> FraudRules: ...

    async def find_rules(self, but: int = -1) -> FraudRules | None:
        """The latest; None when its version is `but`. Version 0 when there never were any."""

    async def count_seen(self, sighting: Sighting) -> Seen:
        """Count and remember."""

    async def find_state(self, payment_id: UUID) -> ReviewState | None: ...

    async def list_reviews(self, limit: int) -> tuple[Review, ...]: ...

    async def get_review(self, payment_id: UUID) -> Review:
        """Raises NotFound."""

    async def close_review(self, payment_id: UUID, state: ReviewState, by: str) -> None:
        """Decide, once, with all that follows. Raises NotFound, ValidationFailed."""

    async def expire_reviews(self) -> int: ...

    async def remove_old(self, window_s: int) -> int:
        """Forget what no window needs any more, and reviews that ended long ago."""


class InvoiceStore(Protocol):
    """Where invoices and credit notes are kept."""

    async def issue(self, sold: Mapping[UUID, SoldBooking]) -> tuple[str, ...]:
        """Document, in one transaction, what has moved on these payments and is not documented; the new numbers.

        Raises ValidationFailed.
        """

    async def list_invoices(self, booking_id: UUID) -> tuple[Invoice, ...]: ...

    async def set_sellers(self, sellers: Sequence[Seller]) -> None:
        """Raises ValidationFailed for a code that is taken, or given up after documents were issued under it."""

    async def check(self) -> Findings: ...
