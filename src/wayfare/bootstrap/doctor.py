"""The doctor: re-derives what must hold across services and says what does not.

Each service checks itself; here bookings are compared with their holds and payments. Everything goes through
the contracts, so it works in every shape of deployment. A difference is looked at twice, some seconds
apart: a booking that is being made right now is not a finding.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from wayfare.contracts.bookings.api import BookingFacts, BookingsApi, ItemFacts, ListBookings
from wayfare.contracts.inventory.api import (
    CheckInventory,
    Finding,
    Findings,
    HeldUnit,
    Hold,
    InventoryApi,
    LegRequest,
    ListHolds,
)
from wayfare.contracts.payments.api import CheckPayments, CompareCharges, ListPayments, Payment, PaymentsApi
from wayfare.kernel.ids import format_departure

PAGE = 1000
SECOND_LOOK_S = 3.0
GATEWAY_DAYS = 30
GATEWAY_GRACE_S = 120
"""What moved at a gateway this short a time ago may not be written here yet."""
_SOLD = ("confirmed", "ticketed")
T = TypeVar("T")
Progress = Callable[[str], None]


async def examine(
    inventory: InventoryApi,
    bookings: BookingsApi,
    payments: PaymentsApi,
    progress: Progress = lambda _: None,
    second_look_s: float = SECOND_LOOK_S,
    gateway_days: int = GATEWAY_DAYS,
) -> Findings:
    """Everything the doctor finds, empty when all is well. `gateway_days`: how far back gateways are asked, 0: not."""

    async def look() -> Findings:
        charges = await _compare_charges(payments, gateway_days, progress)
        found = await _look(inventory, bookings, payments, progress)
        return Findings(found.checked + charges.checked, found.findings + charges.findings)

    first = await look()
    if not first.findings:
        return first
    progress("looking again at what differed")
    await asyncio.sleep(second_look_s)
    second = await look()
    seen = {(finding.code, finding.subject) for finding in first.findings}
    lasting = tuple(finding for finding in second.findings if (finding.code, finding.subject) in seen)
    return Findings(second.checked, lasting)


async def _look(inventory: InventoryApi, bookings: BookingsApi, payments: PaymentsApi, progress: Progress) -> Findings:
    progress("seats against holds")
    seats = await inventory.check(CheckInventory())
    progress("payments against refunds and the ledger")
    money = await payments.check(CheckPayments())
    progress("bookings against holds and payments")
    # Bookings are read last: a hold or payment of a booking made since then would look orphaned the other way round.
    holds = await _all_holds(inventory)
    paid = await _all_payments(payments)
    booked = await _all_bookings(bookings)
    findings = (*seats.findings, *money.findings, *_compare(holds, paid, booked))
    return Findings(seats.checked + money.checked + len(booked), findings)


async def _compare_charges(payments: PaymentsApi, days: int, progress: Progress) -> Findings:
    if days == 0:
        return Findings(0, ())
    progress("payments against the gateways' lists")
    since_s = int(time.time()) - days * 86_400
    return await payments.compare_charges(CompareCharges(since_s, GATEWAY_GRACE_S))


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
        elif not owner.open_saga and owner.hold_id != hold.hold_id:
            detail = f"confirmed for booking {owner.locator}, which travels on hold {owner.hold_id}"
            found.append(Finding("second_hold", str(hold.hold_id), detail))
    for payment in payments.values():
        found.extend(_compare_payment(payment, bookings.get(payment.booking_id)))
    return found


def _compare_payment(payment: Payment, owner: BookingFacts | None) -> list[Finding]:
    """Money that is kept or blocked without a reason. A booking keeps the payments it names, and no other."""
    subject = str(payment.payment_id)
    keeps = payment.state == "captured" and payment.refunded < payment.amount.minor
    if not keeps and payment.state != "authorised":
        return []
    if owner is None:
        return [Finding("payment_without_booking", subject, f"{payment.amount} {payment.state}")]
    named = payment.payment_id in (owner.payment_id, *owner.charges)
    if owner.open_saga or (owner.state not in ("failed", "pending") and named):
        return []
    if not keeps:
        detail = f"{payment.amount} authorised for booking {owner.locator}, which is {owner.state} without it"
        return [Finding("payment_left_authorised", subject, detail)]
    if owner.state in ("failed", "pending"):
        detail = f"{payment.amount} kept for booking {owner.locator}, which is {owner.state}"
        return [Finding("payment_without_booking", subject, detail)]
    detail = f"{payment.amount} kept for booking {owner.locator}, beside payment {owner.payment_id}"
    return [Finding("second_payment", subject, detail)]


def _compare_booking(booking: BookingFacts, holds: dict[UUID, Hold], payments: dict[UUID, Payment]) -> list[Finding]:
    found: list[Finding] = []
    if not booking.has_locator:
        found.append(Finding("locator_missing", booking.locator, f"nothing leads to booking {booking.booking_id}"))
    if not booking.has_detail:
        found.append(Finding("detail_missing", booking.locator, f"booking {booking.booking_id} has no offer, no names"))
    if booking.state == "pending":
        found.append(Finding("booking_without_saga", booking.locator, "it is pending and nobody will finish it"))
    if booking.state in (*_SOLD, "cancelled"):
        found.extend(_compare_items(booking))
    if booking.state in _SOLD:
        hold = holds.get(booking.hold_id)
        if hold is None or hold.booking_id != booking.booking_id:
            found.append(
                Finding("booking_without_units", booking.locator, f"hold {booking.hold_id} is not confirmed for it")
            )
        else:
            found.extend(_compare_units(booking, hold))
    found.extend(_compare_money(booking, payments))
    return found or _compare_kept(booking)


def _compare_money(booking: BookingFacts, payments: dict[UUID, Payment]) -> list[Finding]:
    """What was charged and given back, over all payments of a booking, against what it says."""
    found: list[Finding] = []
    named = [payments.get(payment_id) for payment_id in (booking.payment_id, *booking.charges) if payment_id]
    paid = [payment for payment in named if payment is not None]
    if booking.state in _SOLD:
        states = [payment.state if payment else "missing" for payment in named] or ["missing"]
        unpaid = [state for state in states if state != "captured"]
        due, amounts = booking.total, [payment.amount for payment in paid]
        if due.minor and unpaid:
            found.append(Finding("booking_without_payment", booking.locator, f"payment is {unpaid[0]}, {due} due"))
        elif paid and (sum(amount.minor for amount in amounts), {amount.currency for amount in amounts}) != (
            due.minor,
            {due.currency},
        ):
            detail = f"{' and '.join(map(str, amounts))} paid, {due} due"
            found.append(Finding("payment_differs", booking.locator, detail))
    refunded = sum(payment.refunded for payment in paid)
    if booking.state in (*_SOLD, "cancelled") and refunded != booking.refunded:
        found.append(Finding("refund_differs", booking.locator, f"{refunded} refunded, {booking.refunded} promised"))
    return found


def _compare_kept(booking: BookingFacts) -> list[Finding]:
    """What a booking keeps is the price of what is still to be travelled, and its fees."""
    if booking.state not in (*_SOLD, "cancelled"):
        return []
    kept = booking.total.minor - booking.refunded
    fares = sum(item.price for item in booking.items if item.ticketed)
    if kept == fares + booking.fees:
        return []
    detail = f"{kept} kept, for {fares} of fares and {booking.fees} of fees (minor units of {booking.total.currency})"
    return [Finding("kept_differs", booking.locator, detail)]


def _compare_items(booking: BookingFacts) -> list[Finding]:
    """One item for each passenger and leg of the offer, on its departure and calls."""
    owed = {
        (passenger, number): (leg.departure_id, leg.from_call, leg.to_call)
        for passenger in range(booking.passengers)
        for number, leg in enumerate(booking.legs)
    }
    found: list[Finding] = []
    items = {(item.passenger, item.leg): item for item in booking.items}
    if booking.has_detail and owed.keys() - items.keys():
        found.append(Finding("items_missing", booking.locator, f"{len(items)} of {len(owed)} items are there"))
    for item in booking.items:
        offered = owed.get((item.passenger, item.leg))
        if booking.has_detail and offered != (item.departure_id, item.from_call, item.to_call):
            detail = f"the offer is for another ride: {_where(item)}"
            found.append(Finding("item_differs", booking.locator, detail))
    return found


def _compare_units(booking: BookingFacts, hold: Hold) -> list[Finding]:
    """The hold's units against the booked items and the offer's legs, in both directions."""
    found: list[Finding] = []
    rides: dict[tuple[int, int], list[HeldUnit]] = {}
    for unit in sorted(hold.units, key=lambda unit: unit.from_call):
        rides.setdefault((unit.passenger, unit.leg), []).append(unit)
    items = {(item.passenger, item.leg): item for item in booking.items if item.ticketed}
    given_back = {(item.passenger, item.leg) for item in booking.items if not item.ticketed}
    owed = {(passenger, leg) for passenger in range(booking.passengers) for leg in range(len(booking.legs))}
    owed -= given_back
    for passenger, leg in sorted((owed | items.keys()) - rides.keys()):
        detail = f"hold {hold.hold_id} has no unit for passenger {passenger + 1} on leg {leg + 1}"
        found.append(Finding("hold_without_units", booking.locator, detail))
    for key, units in rides.items():
        item = items.get(key)
        if item is None or (item.departure_id, item.unit_no) != (units[0].departure_id, units[0].unit_no):
            detail = f"hold {hold.hold_id} has unit {units[0].unit_no} ({units[0].unit_id}), {_where(item)}"
            found.append(Finding("item_differs", booking.locator, detail))
        if booking.has_detail and (key not in owed or not _covers(units, booking.legs[key[1]])):
            detail = f"passenger {key[0] + 1} does not ride leg {key[1] + 1} as offered"
            found.append(Finding("hold_differs", booking.locator, detail))
    return found


def _covers(units: list[HeldUnit], leg: LegRequest) -> bool:
    """Whether the units, in order of their calls, carry one passenger over the leg in its cabin.

    A departure the timetable has forgotten has no cabins: nothing is said against it then.
    """
    call = leg.from_call
    for unit in units:
        if unit.departure_id != leg.departure_id or unit.from_call != call or unit.cabin not in ("", leg.cabin):
            return False
        call = unit.to_call
    return call == leg.to_call


def _where(item: ItemFacts | None) -> str:
    if item is None:
        return "no item names it"
    return (
        f"the item says unit {item.unit_no} of departure {format_departure(item.departure_id)}, "
        f"calls {item.from_call} to {item.to_call}"
    )
