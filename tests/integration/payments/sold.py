"""What payments of the tests are for."""

from __future__ import annotations

from uuid import UUID

from wayfare.contracts.payments.api import AuthorisePayment, PaymentRef, RefundPayment
from wayfare.contracts.payments.invoices import InvoicePayment, IssueInvoices, Ride, SoldBooking, SoldRide
from wayfare.infrastructure.service import Service
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money

RAIL, AIR = "demo:dw", "demo:wa"
NAMES = {RAIL: "Demo Rail", AIR: "Wayfare Air"}


def sold_ride(
    passenger: int, leg: int, operator: str, price: int, tax: int = 0, *, tax_fixed: int = 0, given_back: bool = False
) -> SoldRide:
    ride = Ride(
        passenger=passenger,
        leg=leg,
        passenger_name=f"Passenger {passenger + 1}",
        category="adult",
        service_number=f"S {leg + 1}",
        origin="Aachen Hbf",
        destination="Berlin Hbf",
        departs_at="2026-11-21T10:00:00+01:00",
        cabin="Second class",
        tax_rate="0.07" if tax else "",
    )
    return SoldRide(ride, operator, NAMES[operator], price, tax, tax_fixed, given_back)


def sold_booking(*rides: SoldRide, currency: str = "EUR", booking_id: UUID | None = None) -> SoldBooking:
    return SoldBooking(
        booking_id=booking_id or uuid7(),
        locator="K7M2QX",
        customer="Passenger 1",
        email="one@example.org",
        currency=currency,
        conversion=None,
        rides=rides,
    )


async def pay(payments: Service, price: Money) -> UUID:
    message = AuthorisePayment(uuid7(), uuid7(), price, "card", "tok_approved")
    await payments.api.authorise(message)
    await payments.api.capture(PaymentRef(message.payment_id))
    return message.payment_id


async def refund(payments: Service, payment_id: UUID, amount: Money) -> UUID:
    refund_id = uuid7()
    assert (await payments.api.refund(RefundPayment(refund_id, payment_id, amount))).state == "refunded"
    return refund_id


async def issue(payments: Service, *pairs: tuple[UUID, SoldBooking]) -> tuple[str, ...]:
    message = IssueInvoices(tuple(InvoicePayment(payment_id, booking) for payment_id, booking in pairs))
    numbers: tuple[str, ...] = (await payments.api.issue_invoices(message)).numbers
    return numbers
