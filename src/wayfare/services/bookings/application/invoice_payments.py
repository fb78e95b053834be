"""Say what payments are for, so that they get their invoices and credit notes."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from wayfare.contracts.payments.api import PaymentsApi
from wayfare.contracts.payments.invoices import InvoicePayment, IssueInvoices, Ride, SoldBooking, SoldRide
from wayfare.kernel.errors import NotFound
from wayfare.services.bookings.application.ports import AfterSalesStore, BookingStore, LegReader
from wayfare.services.bookings.domain.booking import Booking, Item, ItemState
from wayfare.services.bookings.domain.exchanges import as_paid

KEPT: frozenset[ItemState] = frozenset({"held", "ticketed"})
"""Items that are not given back."""


class InvoicePayments:
    """Payments keeps the documents and knows amounts and dates; only bookings know rides, prices and names."""

    def __init__(
        self, store: BookingStore, after_sales: AfterSalesStore, payments: PaymentsApi, reader: LegReader
    ) -> None:
        self._store, self._after_sales, self._payments, self._reader = store, after_sales, payments, reader

    async def __call__(self, payments: Mapping[UUID, UUID]) -> None:
        """Each payment (whose money has moved) with its booking. Idempotent.

        Raises NotFound for a booking that does not exist, ValidationFailed, Unavailable.
        """
        found = {
            booking.booking_id: booking for booking in await self._store.find_bookings(sorted(set(payments.values())))
        }
        missing = set(payments.values()) - found.keys()
        if missing:
            raise NotFound(f"there is no booking {min(missing)}")
        # Who exchanges soon has left the trip that the first payment was for before its invoice is written.
        exchanged = [booking.booking_id for booking in found.values() if booking.trip_no > 0]
        left = await self._after_sales.find_trips_left(exchanged) if exchanged else {}
        sold = (
            InvoicePayment(payment_id, self._sold(as_paid(found[booking_id], payment_id, left.get(booking_id, ()))))
            for payment_id, booking_id in payments.items()
        )
        await self._payments.issue_invoices(IssueInvoices(tuple(sold)))

    def _sold(self, booking: Booking) -> SoldBooking:
        first = booking.passengers[0]
        return SoldBooking(
            booking_id=booking.booking_id,
            locator=booking.locator,
            customer=first.name,
            email=booking.contact.email,
            currency=booking.offer.currency,
            conversion=booking.offer.conversion,
            rides=tuple(self._ride(booking, index, item) for index, item in enumerate(booking.items())),
        )

    def _ride(self, booking: Booking, index: int, item: Item) -> SoldRide:
        leg, passenger = booking.offer.legs[item.leg], booking.passengers[item.passenger]
        facts = self._reader.describe(leg)
        return SoldRide(
            ride=Ride(
                passenger=item.passenger,
                leg=item.leg,
                passenger_name=passenger.name,
                category=passenger.category,
                service_number=facts.service_number,
                origin=facts.origin.name,
                destination=facts.destination.name,
                departs_at=facts.origin.time,
                cabin=facts.cabin_name,
                tax_rate=leg.tax_rate,
            ),
            operator=facts.operator_id,
            operator_name=facts.operator,
            price=item.price,
            tax=leg.taxes[item.passenger],
            tax_fixed=leg.tax_fixed,
            given_back=booking.state_of_item(index) not in KEPT,
        )
