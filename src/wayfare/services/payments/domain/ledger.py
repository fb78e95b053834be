"""Double entry: what each movement of money does to the accounts.

One `Entry` is one transaction of one currency. Debits are above zero, credits below; each entry adds up to zero,
and so does any set of them. The accounts:

    reserved      what customers' cards have set aside for us, and
    commitments   its counterpart: neither is our money yet
    gateway       what the gateway has collected for us, less what it gave back and kept
    gateway_fees  what the gateway kept for its work
    sales         what customers paid us for travelling
    refunds_due   what we promised back and the gateway has not paid out yet
    chargebacks   what banks took back from us

    authorised        reserved +a     commitments -a
    released          reserved -a     commitments +a          (voided, or the capture was refused)
    captured          reserved -a     commitments +a     gateway +(a-f)   gateway_fees +f   sales -a
    refund_promised   sales +a        refunds_due -a
    refund_paid       refunds_due +a  gateway -a
    refund_refused    refunds_due +a  sales -a
    charged_back      chargebacks +a  gateway -a
"""

from __future__ import annotations

from enum import IntEnum
from uuid import UUID

import msgspec

from wayfare.kernel.money import Money


class Kind(IntEnum):
    """What happened. The numbers stand in the database."""

    AUTHORISED = 1
    RELEASED = 2
    CAPTURED = 3
    REFUND_PROMISED = 4
    REFUND_PAID = 5
    REFUND_REFUSED = 6
    CHARGED_BACK = 7


ACCOUNTS = ("reserved", "commitments", "gateway", "gateway_fees", "sales", "refunds_due", "chargebacks")


class Entry(msgspec.Struct, frozen=True):
    """One transaction, in minor units of `currency`. `ref`: the payment, refund or chargeback it is about."""

    payment_id: UUID
    ref: UUID
    kind: Kind
    currency: str
    reserved: int = 0
    commitments: int = 0
    gateway: int = 0
    gateway_fees: int = 0
    sales: int = 0
    refunds_due: int = 0
    chargebacks: int = 0

    def amounts(self) -> tuple[int, ...]:
        """By account, in the order of `ACCOUNTS`."""
        return tuple(getattr(self, account) for account in ACCOUNTS)


def authorised(payment_id: UUID, amount: Money) -> Entry:
    a = amount.minor
    return Entry(payment_id, payment_id, Kind.AUTHORISED, amount.currency, reserved=a, commitments=-a)


def released(payment_id: UUID, amount: Money) -> Entry:
    a = amount.minor
    return Entry(payment_id, payment_id, Kind.RELEASED, amount.currency, reserved=-a, commitments=a)


def captured(payment_id: UUID, amount: Money, fee: int) -> Entry:
    """`fee`: what the gateway keeps, in minor units."""
    a, ref = amount.minor, payment_id
    return Entry(
        payment_id, ref, Kind.CAPTURED, amount.currency,
        reserved=-a, commitments=a, gateway=a - fee, gateway_fees=fee, sales=-a,
    )  # fmt: skip


def refund_promised(payment_id: UUID, refund_id: UUID, amount: Money) -> Entry:
    a = amount.minor
    return Entry(payment_id, refund_id, Kind.REFUND_PROMISED, amount.currency, sales=a, refunds_due=-a)


def refund_paid(payment_id: UUID, refund_id: UUID, amount: Money) -> Entry:
    a = amount.minor
    return Entry(payment_id, refund_id, Kind.REFUND_PAID, amount.currency, refunds_due=a, gateway=-a)


def refund_refused(payment_id: UUID, refund_id: UUID, amount: Money) -> Entry:
    a = amount.minor
    return Entry(payment_id, refund_id, Kind.REFUND_REFUSED, amount.currency, refunds_due=a, sales=-a)


def charged_back(payment_id: UUID, chargeback_id: UUID, amount: Money) -> Entry:
    a = amount.minor
    return Entry(payment_id, chargeback_id, Kind.CHARGED_BACK, amount.currency, chargebacks=a, gateway=-a)
