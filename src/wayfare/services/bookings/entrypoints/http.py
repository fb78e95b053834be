"""The public routes of bookings."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from wayfare.contracts.customers.roles import Permission
from wayfare.infrastructure.access import SignedIn, anyone, caller_of, needs
from wayfare.infrastructure.http import LeanRoute, encoded, fingerprint, idempotency_key, lean
from wayfare.infrastructure.waiting_door import holder_of
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.bookings.application.asking import Asking
from wayfare.services.bookings.application.cancel_booking import CancelBooking
from wayfare.services.bookings.application.check_ticket import CheckTicket
from wayfare.services.bookings.application.place_booking import PlaceBooking
from wayfare.services.bookings.application.ports import Payer, Stored
from wayfare.services.bookings.application.read_booking import ReadBooking
from wayfare.services.bookings.application.see_booking import SeeBooking
from wayfare.services.bookings.application.show_invoices import ShowInvoices
from wayfare.services.bookings.entrypoints import bodies

PRIVATE = {"cache-control": "private, no-store"}
KEY_HEADER: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key and body give the same answer, another body a 422.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        }
    ]
}
DEVICE_ID_MAX = 128
DEVICE_HEADER: dict[str, Any] = {
    "name": "X-Device-Id",
    "in": "header",
    "required": False,
    "description": "What the client calls the device; fraud rules may count by it.",
    "schema": {"type": "string", "minLength": 1, "maxLength": DEVICE_ID_MAX},
}
_BEARER = HTTPBearer(
    scheme_name="bookingToken", auto_error=False, description="The booking's access_token, or its owner's."
)


async def _asking(request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Asking:
    return Asking(caller_of(request), bearer.credentials if bearer else None)


Asks = Annotated[Asking, Depends(_asking)]
PageSize = Annotated[int, Query(ge=1, le=100)]


def stored_response(answer: Stored) -> Response:
    return Response(answer.body, answer.status, PRIVATE, "application/json")


def _raw_body() -> bytes:
    """Tells FastAPI that a lean endpoint's raw body is no parameter of its own."""
    return b""


def booking_routes(place: PlaceBooking) -> APIRouter:
    """The hot route: POST /v1/bookings."""
    router = APIRouter(route_class=LeanRoute, tags=["bookings"])

    @lean(bodies.BookingBody)
    @needs(Permission.BOOKINGS_OWN, guests=True)
    async def place_booking(
        request: Request, body: bodies.BookingBody, raw: Annotated[bytes, Depends(_raw_body)]
    ) -> Response:
        """Book a hold or an offer, pay, and get the tickets. With a customer's access token the booking is theirs."""
        caller = caller_of(request)
        owner_id = None if caller is None else caller.customer_id
        address = request.client.host if request.client else ""
        payer = Payer(address, _device_id(request), body.payment.cardholder)
        wanted = body.request()
        if wanted.hold_id is None:
            wanted = msgspec.structs.replace(wanted, holder=holder_of(request))
        answer = await place(wanted, idempotency_key(request), fingerprint(raw), owner_id, payer)
        headers = PRIVATE
        if answer.status == 202:
            locator = msgspec.json.decode(answer.body)["locator"]
            headers = PRIVATE | {"location": f"/v1/bookings/{locator}", "retry-after": "2"}
        return Response(answer.body, answer.status, headers, "application/json")

    router.add_api_route(
        "/v1/bookings",
        place_booking,
        methods=["POST"],
        status_code=201,
        response_model=None,
        responses={201: {"model": bodies.NewBookingAnswer}, 202: {"model": bodies.PendingAnswer}},
        openapi_extra={"parameters": [*KEY_HEADER["parameters"], DEVICE_HEADER]},
    )
    return router


def _device_id(request: Request) -> str:
    """The X-Device-Id header. Raises `ValidationFailed` when it is empty, too long or not printable ASCII."""
    device = request.headers.get("x-device-id")
    if device is None:
        return ""
    if not 1 <= len(device) <= DEVICE_ID_MAX or not device.isascii() or not device.isprintable():
        raise ValidationFailed.of("X-Device-Id", f"1 to {DEVICE_ID_MAX} printable ASCII characters")
    return device


def guest_routes(read: ReadBooking, see: SeeBooking, cancel: CancelBooking, invoices: ShowInvoices) -> APIRouter:
    """Looking at a booking and giving it back, with its access token or its owner's."""
    router = APIRouter(tags=["bookings"])

    @router.post("/v1/bookings/lookup", responses={200: {"model": bodies.AccessAnswer}}, response_model=None)
    @anyone
    async def look_up_booking(body: bodies.LookupBody) -> Response:
        """A guest's access token for a booking, by locator and e-mail address."""
        return encoded(await read.look_up(body.locator, body.email), headers=PRIVATE)

    @router.get("/v1/bookings", responses={200: {"model": bodies.BookingsAnswer}}, response_model=None)
    @needs(Permission.BOOKINGS_OWN)
    async def list_my_bookings(me: SignedIn, before: UUID | None = None, limit: PageSize = 20) -> Response:
        """My bookings, the newest first; `next` of one page is `before` of the next."""
        return encoded(await read.list_own(me.customer_id, before, limit), headers=PRIVATE)

    @router.get(
        "/v1/bookings/{locator}",
        responses={200: {"model": bodies.BookingAnswer}},
        response_model=None,
    )
    @needs(Permission.BOOKINGS_OWN, Permission.BOOKINGS_READ, booking_token=True)
    async def get_booking(asks: Asks, locator: str) -> Response:
        """One booking; staff see those that travel with their operator, and that they did is recorded."""
        return stored_response(await read.show(await see(locator, asks)))

    _add_after_sales(router, read, cancel)
    _add_invoices(router, read, invoices)
    return router


def inspection_routes(check: CheckTicket) -> APIRouter:
    """For whoever inspects tickets."""
    router = APIRouter(tags=["tickets"])

    @router.post("/v1/tickets/check", responses={200: {"model": bodies.TicketCheckAnswer}}, response_model=None)
    @anyone
    async def check_ticket(body: bodies.TicketCheckBody) -> Response:
        """Whether a ticket is still good: genuine, and neither given back, exchanged nor issued anew since."""
        return encoded(await check(body.code), headers=PRIVATE)

    return router


def _add_after_sales(router: APIRouter, read: ReadBooking, cancel: CancelBooking) -> None:
    @router.post(
        "/v1/bookings/{locator}/refund-offers",
        status_code=201,
        responses={201: {"model": bodies.RefundOfferAnswer}},
        response_model=None,
    )
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def make_refund_offer(asks: Asks, locator: str, body: bodies.RefundOfferBody | None = None) -> Response:
        """What cancelling would give back, for everybody or for some; good for ten minutes."""
        booking = await read.by_asking(locator, asks)
        passengers = body.passengers if body and body.passengers else ()
        return encoded(cancel.quote(booking, tuple(number - 1 for number in passengers)), 201, PRIVATE)

    @router.post(
        "/v1/bookings/{locator}/cancel",
        responses={200: {"model": bodies.BookingAnswer}},
        openapi_extra=KEY_HEADER,
        response_model=None,
    )
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def cancel_booking(request: Request, asks: Asks, locator: str, body: bodies.CancelBody) -> Response:
        """Cancel for what a refund offer promised."""
        booking = await read.by_asking(locator, asks)
        key, said = idempotency_key(request), fingerprint(body.refund_offer_id.encode())
        return stored_response(await cancel.accept(booking, body.refund_offer_id, key, said))

    @router.delete(
        "/v1/bookings/{locator}",
        responses={200: {"model": bodies.BookingAnswer}},
        response_model=None,
    )
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def delete_booking(asks: Asks, locator: str) -> Response:
        """Cancel for what is given back now."""
        booking = await read.by_asking(locator, asks)
        return stored_response(await cancel.at_once(booking))


def _add_invoices(router: APIRouter, read: ReadBooking, invoices: ShowInvoices) -> None:
    @router.get(
        "/v1/bookings/{locator}/invoices",
        responses={200: {"model": bodies.InvoicesAnswer}},
        response_model=None,
    )
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def list_invoices(asks: Asks, locator: str) -> Response:
        """Invoices and credit notes, one for each operator whenever money was taken or given back."""
        booking = await read.by_asking(locator, asks)
        return encoded(await invoices.list(booking), headers=PRIVATE)

    @router.get(
        "/v1/bookings/{locator}/invoices/{number}.pdf",
        response_class=Response,
        responses={200: {"content": {"application/pdf": {}}}},
    )
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def get_invoice(asks: Asks, locator: str, number: str) -> Response:
        """One invoice or credit note."""
        booking = await read.by_asking(locator, asks)
        rendered = await invoices.render(booking, number)
        headers = PRIVATE | {"content-disposition": f'inline; filename="{number}.pdf"'}
        return Response(rendered.pdf, 200, headers, "application/pdf")
