"""A ticket as an event of a calendar (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime

from wayfare.contracts.documents.api import TicketCall
from wayfare.services.documents.adapters.page_words import label, line, platform
from wayfare.services.documents.application.ports import SealedTicket
from wayfare.services.documents.domain.facts import local_moment

_PRODUCT = "-//Wayfare//Tickets//EN"


def calendar_file(sealed: SealedTicket) -> bytes:
    """The instants are in UTC, so that no program has to know our time zones; the words tell the clocks of the places.

    The same ticket keeps its UID: imported again it replaces itself.
    """
    from icalendar import Calendar, Event  # rarely needed, and slow to load

    ticket = sealed.ticket
    event = Event()
    event.add("uid", f"{ticket.ticket_no}.{ticket.booking_id}@wayfare")
    event.add("dtstamp", datetime.fromtimestamp(ticket.issued_at, UTC))
    event.add("dtstart", local_moment(ticket.origin).astimezone(UTC))
    event.add("dtend", local_moment(ticket.destination).astimezone(UTC))
    names = f"{line(ticket.origin.name, 90)} → {line(ticket.destination.name, 90)}"
    event.add("summary", f"{line(ticket.service_number, 24)} {names}".strip())
    event.add("location", _where(ticket.origin, ticket.mode))
    event.add("description", "\n".join(_lines(sealed)))
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _where(call: TicketCall, mode: str) -> str:
    return ", ".join(part for part in (line(call.name, 90), platform(call, mode)) if part)


def _lines(sealed: SealedTicket) -> list[str]:
    ticket = sealed.ticket
    departs, arrives = local_moment(ticket.origin), local_moment(ticket.destination)
    seat = " ".join(line(part, 12) for part in (ticket.coach, ticket.unit_label) if part)
    return [
        f"{departs:%H:%M} {_where(ticket.origin, ticket.mode)} ({line(ticket.origin.tz, 40)})",
        f"{arrives:%H:%M} {_where(ticket.destination, ticket.mode)} ({line(ticket.destination.tz, 40)})",
        line(ticket.operator_name, 80),
        f"Seat: {seat}" if seat else "Free seating",
        f"Class: {label(ticket.cabin)}",
        f"Passenger: {line(ticket.passenger_name, 90)}",
        f"Booking: {line(ticket.locator, 12)}",
    ]
