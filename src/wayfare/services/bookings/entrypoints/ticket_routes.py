"""The public routes of tickets: on paper, in a calendar, as a pass for a phone, on its screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from fastapi import APIRouter, Response

from wayfare.contracts.customers.roles import Permission
from wayfare.infrastructure.access import needs
from wayfare.services.bookings.application.read_booking import ReadBooking
from wayfare.services.bookings.application.render_tickets import RenderBookingTickets
from wayfare.services.bookings.entrypoints.http import PRIVATE, Asks

Form = Literal["ics", "pkpass", "svg"]
_PDF = "application/pdf"


class _Kind(NamedTuple):
    media_type: str
    shown: Literal["inline", "attachment"]
    about: str


_KINDS: Mapping[Form, _Kind] = {
    "ics": _Kind("text/calendar", "attachment", "One ticket as an event of a calendar."),
    "pkpass": _Kind(
        "application/vnd.apple.pkpass",
        "attachment",
        "One ticket as a pass for Apple Wallet. 404 `wallet_not_configured` where nothing may sign one.",
    ),
    "svg": _Kind("image/svg+xml", "inline", "The barcode of one ticket, to show on a screen: black on nothing."),
}


def ticket_routes(read: ReadBooking, tickets: RenderBookingTickets) -> APIRouter:
    """Number 1 is the first passenger on the first leg."""
    router = APIRouter(tags=["bookings"])

    @router.get("/v1/bookings/{locator}/tickets.pdf", **_published(_PDF))
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def get_tickets(asks: Asks, locator: str) -> Response:
        """All tickets of a booking, a page each."""
        booking = await read.by_asking(locator, asks)
        return _file((await tickets(booking, None)).pdf, f"{booking.locator}.pdf", _PDF, "inline")

    @router.get("/v1/bookings/{locator}/tickets/{number:int}.pdf", **_published(_PDF))
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def get_ticket(asks: Asks, locator: str, number: int) -> Response:
        """One ticket: 1 is the first passenger on the first leg."""
        booking = await read.by_asking(locator, asks)
        return _file((await tickets(booking, number)).pdf, f"{booking.locator}-{number}.pdf", _PDF, "inline")

    for form in _KINDS:
        _add_form(router, read, tickets, form)
    return router


def _add_form(router: APIRouter, read: ReadBooking, tickets: RenderBookingTickets, form: Form) -> None:
    kind = _KINDS[form]

    @router.get(
        f"/v1/bookings/{{locator}}/tickets/{{number:int}}.{form}",
        operation_id=f"get_ticket_{form}",
        summary=f"Get Ticket ({form})",
        description=kind.about,
        **_published(kind.media_type),
    )
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def get_ticket_form(asks: Asks, locator: str, number: int) -> Response:
        booking = await read.by_asking(locator, asks)
        rendered = await tickets.one(booking, number, form)
        return _file(rendered.content, f"{booking.locator}-{number}.{form}", kind.media_type, kind.shown)


def _published(media_type: str) -> dict[str, Any]:
    return {"response_class": Response, "responses": {200: {"content": {media_type: {}}}}}


def _file(content: bytes, name: str, media_type: str, shown: str) -> Response:
    return Response(content, 200, PRIVATE | {"content-disposition": f'{shown}; filename="{name}"'}, media_type)
