"""Documents: tickets with a signed barcode as PDF and for phones; invoices and credit notes as PDF."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from wayfare.contracts.payments.invoices import Invoice
from wayfare.kernel.money import Money


class TicketCall(msgspec.Struct, frozen=True):
    """Where and when a leg begins or ends."""

    place_id: str
    name: str
    code: str | None
    local_time: str  # RFC 3339 with the place's offset
    tz: str
    platform: str | None = None


class TicketRequest(msgspec.Struct, frozen=True):
    """One passenger on one leg."""

    ticket_no: str  # "K7M2QX-1-1": locator, passenger, leg
    locator: str
    booking_id: str
    operator_name: str
    line_name: str
    service_number: str
    mode: str  # rail, air, coach, ferry
    passenger_name: str
    passenger_category: str
    departure_id: str  # "20261121-4711"
    origin: TicketCall
    destination: TicketCall
    cabin: str
    fare_family: str
    coach: str | None
    unit_label: str | None  # None: no seat number, sit where you like
    price: Money
    conditions: tuple[str, ...]  # plain sentences
    issued_at: int  # UTC seconds


class RenderTickets(msgspec.Struct, frozen=True):
    tickets: tuple[TicketRequest, ...]


class RenderedPdf(msgspec.Struct, frozen=True):
    pdf: bytes
    sha256: str


class RenderTicket(msgspec.Struct, frozen=True):
    """Forms: a calendar's event (RFC 5545), a pass for Apple Wallet, the barcode alone."""

    ticket: TicketRequest
    form: Literal["ics", "pkpass", "svg"]


class RenderedTicket(msgspec.Struct, frozen=True):
    content: bytes


class RenderInvoice(msgspec.Struct, frozen=True):
    invoice: Invoice


class ReadTicket(msgspec.Struct, frozen=True):
    """The text of a ticket's barcode."""

    code: str


class TicketRead(msgspec.Struct, frozen=True):
    """A genuine ticket. Whether it is still good, only the booking knows."""

    ticket_no: str
    locator: str


class DocumentsApi(Protocol):
    async def render_tickets(self, message: RenderTickets) -> RenderedPdf:
        """Raises ValidationFailed when there is no ticket to render."""

    async def render_ticket(self, message: RenderTicket) -> RenderedTicket:
        """Raises WalletNotConfigured for a pass where nothing signs it, ValidationFailed for times that are none."""

    async def render_invoice(self, message: RenderInvoice) -> RenderedPdf:
        """An invoice or credit note on as many pages as it takes. The same one gives the same bytes."""

    async def read_ticket(self, message: ReadTicket) -> TicketRead:
        """Raises TicketUnreadable, TicketKeyUnknown, TicketForged (all of them ValidationFailed)."""
