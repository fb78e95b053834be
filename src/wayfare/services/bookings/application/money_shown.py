"""What a customer sees of money that moved after the sale: refunds and exchanges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wayfare.contracts.payments.api import Refund
from wayfare.kernel.money import Money
from wayfare.kernel.time import rfc3339
from wayfare.services.bookings.domain.booking import Booking


def refunds_json(booking: Booking, known: Iterable[Refund]) -> list[dict[str, Any]]:
    """Every refund that was promised; one payments does not know yet is pending."""
    states = {refund.refund_id: refund for refund in known}
    shown = []
    for promised in booking.refunds:
        refund = states.get(promised.refund_id)
        settled_s = refund.settled_s if refund else None
        shown.append(
            {
                "refund_id": str(promised.refund_id),
                "amount": Money(promised.amount, booking.offer.currency).as_json(),
                "state": refund.state if refund else "pending",
                "promised_at": rfc3339(promised.made_s),
                "settled_at": None if settled_s is None else rfc3339(settled_s),
            }
        )
    return shown


def exchanges_json(booking: Booking) -> list[dict[str, Any]]:
    currency = booking.offer.currency
    return [
        {
            "exchange_id": str(exchange.exchange_id),
            "state": exchange.state,
            "fee": Money(exchange.fee, currency).as_json(),
            "paid": Money(exchange.charge, currency).as_json(),
            "refunded": Money(exchange.refund, currency).as_json(),
            "made_at": rfc3339(exchange.made_s),
            "reason": exchange.reason or None,
        }
        for exchange in booking.exchanges
    ]
