"""A gateway's own list against our records: what may differ while money moves, and what is wrong."""

from __future__ import annotations

from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import Finding
from wayfare.contracts.payments.api import PaymentState
from wayfare.kernel.money import Money


class GatewayCharge(msgspec.Struct, frozen=True):
    """A charge in a gateway's own list. `captured` and `refunded` in minor units; `reserved`: it can be captured."""

    key: str
    amount: Money
    captured: int
    refunded: int
    reserved: bool
    made_s: int


class KnownMoney(msgspec.Struct, frozen=True):
    """What our records say of a payment, in minor units.

    `pending`: refunds promised and not paid out yet. `moved_s`: when payment or refunds last changed (Unix seconds).
    """

    payment_id: UUID
    amount: Money
    state: PaymentState
    paid: int
    pending: int
    moved_s: int


def unknown_to_us(charge: GatewayCharge) -> Finding | None:
    """A charge no payment of ours stands for; one that holds no money hurts nobody."""
    kept = charge.captured - charge.refunded
    if kept <= 0 and not charge.reserved:
        return None
    what = f"{Money(kept, charge.amount.currency)} taken" if charge.captured else f"{charge.amount} reserved"
    return Finding("charge_unknown", charge.key, f"the gateway has {what} for a payment we do not know")


def unknown_to_gateway(known: KnownMoney) -> Finding:
    detail = f"{known.amount} {known.state} here, but the gateway's list has no such charge"
    return Finding("payment_unknown_to_gateway", str(known.payment_id), detail)


def compare(charge: GatewayCharge, known: KnownMoney) -> Finding | None:
    """The first thing in which they differ.

    A refund that is pending may or may not have been paid out. Where nothing is captured here the gateway must have
    kept nothing: a capture that came too late was given back at once.
    """
    subject, currency = str(known.payment_id), known.amount.currency
    if charge.amount != known.amount:
        return Finding("charge_amount_differs", subject, f"{charge.amount} at the gateway, {known.amount} here")
    is_captured = known.state == "captured"
    taken = known.amount.minor if is_captured else 0
    if (charge.captured if is_captured else charge.captured - charge.refunded) != taken:
        told = f"{Money(charge.captured, currency)} captured at the gateway, {Money(taken, currency)} here"
        return Finding("charge_captured_differs", subject, f"{told} ({known.state})")
    if is_captured and not known.paid <= charge.refunded <= known.paid + known.pending:
        told = f"{Money(charge.refunded, currency)} refunded at the gateway, {Money(known.paid, currency)} here"
        return Finding("charge_refunded_differs", subject, told)
    return None
