"""What the payments service needs from outside: a gateway that moves money, and a store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import Findings
from wayfare.contracts.payments.api import Payment, PaymentState, RecordChargeback
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.payment import PaymentRecord, RefundRecord

Outcome = Literal["authorised", "captured", "voided", "refunded", "declined", "unknown"]


class Charge(msgspec.Struct, frozen=True):
    """What a gateway is asked to reserve. `key` is its idempotency key: the payment's id."""

    key: str
    amount: Money
    method: str
    token: str


class GatewayAnswer(msgspec.Struct, frozen=True):
    """What a gateway said. `unknown`: it never heard of that key. `ref` is its own name for the charge.

    `fee`: what it keeps of a capture, in minor units, where it says so.
    """

    outcome: Outcome
    ref: str = ""
    reason: str = ""
    fee: int = 0


class PaymentGateway(Protocol):
    """Moves money. Every call is idempotent by its key: asked again, it answers the same and moves nothing.

    Raises `Unavailable` when it cannot be reached; then nobody knows whether it acted. Time-outs are the caller's.
    """

    name: str

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        """Reserve the amount: `authorised` or `declined`."""

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        """What became of a charge whose answer was lost; `unknown` when it never arrived."""

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        """Take what was reserved: `captured` or `declined`."""

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        """Let go what was reserved, also before it was (`ref` is "" when the answer was lost): `voided`."""

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        """Give back captured money: `refunded` or `declined`. `key` is the refund's id."""

    async def aclose(self) -> None:
        """Let go of connections."""


class CaptureResult(msgspec.Struct, frozen=True):
    """A capture as the gateway answered it: state `captured` or `failed`; `fee` is what it keeps, in minor units."""

    payment_id: UUID
    amount: Money
    state: PaymentState
    reason: str = ""
    fee: int = 0


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

    async def list_payments(self, after: UUID | None, limit: int) -> tuple[Payment, ...]: ...

    async def check(self) -> Findings: ...
