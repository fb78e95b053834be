"""The tickets of a booking as PDF, and each in the forms for phones."""

from __future__ import annotations

from typing import Literal

from wayfare.contracts.documents.api import (
    DocumentsApi,
    RenderedPdf,
    RenderedTicket,
    RenderTicket,
    RenderTickets,
    TicketCall,
    TicketRequest,
)
from wayfare.kernel.errors import NotFound
from wayfare.kernel.ids import format_departure
from wayfare.kernel.money import Money
from wayfare.services.bookings.application.ports import LegReader
from wayfare.services.bookings.domain.booking import Booking, Item
from wayfare.services.bookings.domain.conditions import sentences
from wayfare.services.bookings.domain.errors import TicketsNotValid
from wayfare.services.bookings.domain.leg_facts import CallFacts


class RenderBookingTickets:
    def __init__(self, documents: DocumentsApi, reader: LegReader) -> None:
        self._documents, self._reader = documents, reader

    async def __call__(self, booking: Booking, number: int | None) -> RenderedPdf:
        """Ticket `number` (from 1, by passenger, then leg), or all of them, as PDF. Raises as `one` does."""
        return await self._documents.render_tickets(RenderTickets(self._valid(booking, number)))

    async def one(self, booking: Booking, number: int, form: Literal["ics", "pkpass", "svg"]) -> RenderedTicket:
        """Raises TicketsNotValid unless the booking is ticketed, NotFound for a number it does not have,
        WalletNotConfigured."""
        (ticket,) = self._valid(booking, number)
        return await self._documents.render_ticket(RenderTicket(ticket, form))

    def _valid(self, booking: Booking, number: int | None) -> tuple[TicketRequest, ...]:
        if booking.state != "ticketed":
            raise TicketsNotValid(f"the booking is {booking.state}")
        items = booking.items()
        if number is not None and not 1 <= number <= len(items):
            raise NotFound(f"the booking has tickets 1 to {len(items)}")
        numbers = range(len(items)) if number is None else (number - 1,)
        valid = [items[index] for index in numbers if booking.state_of_item(index) == "ticketed"]
        if not valid:
            raise TicketsNotValid(f"ticket {number} was given back")
        return tuple(self._ticket(booking, item) for item in valid)

    def _ticket(self, booking: Booking, item: Item) -> TicketRequest:
        facts = self._reader.describe(booking.offer.legs[item.leg])
        passenger = booking.passengers[item.passenger]
        return TicketRequest(
            ticket_no=booking.ticket_no(item.passenger, item.leg),
            locator=booking.locator,
            booking_id=str(booking.booking_id),
            operator_name=facts.operator,
            line_name=facts.line,
            service_number=facts.service_number,
            mode=facts.mode,
            passenger_name=passenger.name,
            passenger_category=passenger.category,
            departure_id=format_departure(item.departure_id),
            origin=_call(facts.origin),
            destination=_call(facts.destination),
            cabin=facts.cabin_name,
            fare_family=booking.offer.fare_family,
            coach=item.coach or None,
            unit_label=_labels(booking, item),
            price=Money(item.price, booking.offer.currency),
            conditions=tuple(sentences(booking.offer, facts.origin.tz)),
            issued_at=booking.created_s if passenger.issued_s is None else passenger.issued_s,
        )


def _call(facts: CallFacts) -> TicketCall:
    return TicketCall(facts.place_id, facts.name, facts.code, facts.time, facts.tz, facts.platform)


def _labels(booking: Booking, item: Item) -> str | None:
    """The seat; after a change of seat on the way, both in order, with the coach where it differs."""
    units = [unit for unit in booking.units if (unit.passenger, unit.leg) == (item.passenger, item.leg)]
    units.sort(key=lambda unit: unit.from_call)
    labels = [unit.label if unit.coach == item.coach else f"{unit.coach} {unit.label}" for unit in units]
    return " → ".join(label for label in labels if label) or None
