"""The doctor: re-derives what must hold across services and says what does not.

Each service checks itself; here bookings are compared with their holds and payments. Everything goes through
the contracts, so it works in every shape of deployment. A difference is looked at twice, some seconds
apart: a booking that is being made right now is not a finding.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from wayfare.contracts.bookings.api import BookingFacts, BookingsApi, ListBookings
from wayfare.contracts.inventory.api import CheckInventory, Finding, Findings, Hold, InventoryApi, ListHolds
from wayfare.contracts.payments.api import CheckPayments, ListPayments, Payment, PaymentsApi

PAGE = 1000
SECOND_LOOK_S = 3.0
_SOLD = ("confirmed", "ticketed")
T = TypeVar("T")
Progress = Callable[[str], None]


async def examine(
    inventory: InventoryApi,
    bookings: BookingsApi,
    payments: PaymentsApi,
    progress: Progress = lambda _: None,
    second_look_s: float = SECOND_LOOK_S,
) -> Findings:
    """Everything the doctor finds, empty when all is well."""
    first = await _look(inventory, bookings, payments, progress)
    if not first.findings:
        return first
    progress("looking again at what differed")
    await asyncio.sleep(second_look_s)
    second = await _look(inventory, bookings, payments, progress)
    seen = {(finding.code, finding.subject) for finding in first.findings}
    lasting = tuple(finding for finding in second.findings if (finding.code, finding.subject) in seen)
    return Findings(second.checked, lasting)


async def _look(inventory: InventoryApi, bookings: BookingsApi, payments: PaymentsApi, progress: Progress) -> Findings:
    progress("seats against holds")
    seats = await inventory.check(CheckInventory())
    progress("payments against refunds")
    money = await payments.check(CheckPayments())
    progress("bookings against holds and payments")
    # Bookings are read last: a hold or payment of a booking made since then would look orphaned the other way round.
    holds = await _all_holds(inventory)
    paid = await _all_payments(payments)
    booked = await _all_bookings(bookings)
    findings = (*seats.findings, *money.findings, *_compare(holds, paid, booked))
    return Findings(seats.checked + money.checked + len(booked), findings)


async def _all_holds(inventory: InventoryApi) -> dict[UUID, Hold]:
    async def page(after: UUID | None) -> list[Hold]:
        return list((await inventory.list_confirmed(ListHolds(after, PAGE))).holds)

    return {hold.hold_id: hold for hold in await _all(page, lambda hold: hold.hold_id)}


async def _all_payments(payments: PaymentsApi) -> dict[UUID, Payment]:
    async def page(after: UUID | None) -> list[Payment]:
        return list((await payments.list_payments(ListPayments(after, PAGE))).payments)

    return {payment.payment_id: payment for payment in await _all(page, lambda payment: payment.payment_id)}


async def _all_bookings(bookings: BookingsApi) -> dict[UUID, BookingFacts]:
    async def page(after: UUID | None) -> list[BookingFacts]:
        return list((await bookings.list_bookings(ListBookings(after, PAGE))).bookings)

    return {booking.booking_id: booking for booking in await _all(page, lambda booking: booking.booking_id)}


async def _all(page: Callable[[UUID | None], Awaitable[list[T]]], key: Callable[[T], UUID]) -> list[T]:
    found: list[T] = []
    after: UUID | None = None
    while rows := await page(after):
        found.extend(rows)
        after = key(rows[-1])
    return found


def _compare(
    holds: dict[UUID, Hold], payments: dict[UUID, Payment], bookings: dict[UUID, BookingFacts]
) -> list[Finding]:
    found: list[Finding] = []
    for booking in bookings.values():
        if not booking.open_saga:
            found.extend(_compare_booking(booking, holds, payments))
    for hold in holds.values():
        owner = bookings.get(hold.booking_id) if hold.booking_id else None
        if owner is None or (owner.state not in _SOLD and not owner.open_saga):
            detail = f"confirmed for booking {hold.booking_id}, which is {owner.state if owner else 'unknown'}"
            found.append(Finding("orphaned_hold", str(hold.hold_id), detail))
    for payment in payments.values():
        owner = bookings.get(payment.booking_id)
        keeps = payment.state == "captured" and payment.refunded < payment.amount.minor
        if owner is None and (keeps or payment.state == "authorised"):
            found.append(
                Finding("payment_without_booking", str(payment.payment_id), f"{payment.amount} {payment.state}")
            )
        elif owner is not None and not owner.open_saga and keeps and owner.state in ("failed", "pending"):
            detail = f"{payment.amount} kept for booking {owner.locator}, which is {owner.state}"
            found.append(Finding("payment_without_booking", str(payment.payment_id), detail))
    return found


def _compare_booking(booking: BookingFacts, holds: dict[UUID, Hold], payments: dict[UUID, Payment]) -> list[Finding]:
    found: list[Finding] = []
    payment = payments.get(booking.payment_id) if booking.payment_id else None
    if booking.state in _SOLD:
        hold = holds.get(booking.hold_id)
        if hold is None or hold.booking_id != booking.booking_id:
            found.append(
                Finding("booking_without_units", booking.locator, f"hold {booking.hold_id} is not confirmed for it")
            )
        if booking.total.minor and (payment is None or payment.state != "captured"):
            state = payment.state if payment else "missing"
            found.append(
                Finding("booking_without_payment", booking.locator, f"payment is {state}, {booking.total} due")
            )
        elif payment is not None and payment.amount != booking.total:
            found.append(Finding("payment_differs", booking.locator, f"{payment.amount} paid, {booking.total} due"))
    refunded = payment.refunded if payment else 0
    if booking.state == "cancelled" and refunded != booking.refunded:
        found.append(Finding("refund_differs", booking.locator, f"{refunded} refunded, {booking.refunded} promised"))
    return found
