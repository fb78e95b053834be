"""Tell whether a genuine ticket is still good."""

from __future__ import annotations

from typing import Any

from wayfare.contracts.documents.api import DocumentsApi, ReadTicket
from wayfare.services.bookings.application.ports import BookingStore


class CheckTicket:
    """Who holds the code knows the ticket, so nothing is told that is not on it but whether it is good."""

    def __init__(self, store: BookingStore, documents: DocumentsApi) -> None:
        self._store, self._documents = store, documents

    async def __call__(self, code: str) -> dict[str, Any]:
        """Raises what documents refuses a code for: unreadable, forged, of an unknown key."""
        ticket = await self._documents.read_ticket(ReadTicket(code))
        booking = await self._store.find_by_locator(ticket.locator)
        good = booking is not None and booking.state == "ticketed" and ticket.ticket_no in booking.ticket_nos()
        return {"ticket_no": ticket.ticket_no, "locator": ticket.locator, "status": "good" if good else "void"}
