"""The public routes of changing a booking."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request, Response

from wayfare.contracts.customers.roles import Permission
from wayfare.infrastructure.access import needs
from wayfare.infrastructure.http import encoded, fingerprint, idempotency_key
from wayfare.infrastructure.waiting_door import holder_of
from wayfare.services.bookings.application.change_names import ChangeName
from wayfare.services.bookings.application.exchange_booking import ExchangeBooking
from wayfare.services.bookings.application.ports import PENDING
from wayfare.services.bookings.application.read_booking import ReadBooking
from wayfare.services.bookings.entrypoints import bodies, change_bodies
from wayfare.services.bookings.entrypoints.http import KEY_HEADER, PRIVATE, Asks, stored_response


def change_routes(read: ReadBooking, change_name: ChangeName, exchange: ExchangeBooking) -> APIRouter:
    """Other names and other trips, with the booking's access token."""
    router = APIRouter(tags=["bookings"])

    @router.patch(
        "/v1/bookings/{locator}/passengers/{number:int}",
        responses={200: {"model": bodies.BookingAnswer}},
        response_model=None,
    )
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def change_passenger(asks: Asks, locator: str, number: int, body: change_bodies.NameBody) -> Response:
        """Another name: free before there are tickets, then as the fare allows; the ticket is issued anew."""
        booking = await read.by_asking(locator, asks)
        return stored_response(await change_name(booking, number - 1, body.given_name, body.family_name))

    @router.post(
        "/v1/bookings/{locator}/exchange-offers",
        status_code=201,
        responses={201: {"model": change_bodies.ExchangeOffersAnswer}},
        response_model=None,
    )
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def make_exchange_offers(asks: Asks, locator: str, body: change_bodies.ExchangeOffersBody) -> Response:
        """Other trips for the same passengers, and what changing to them costs; good for ten minutes."""
        booking = await read.by_asking(locator, asks)
        return encoded(await exchange.quote(booking, body.search()), 201, PRIVATE)

    @router.post(
        "/v1/bookings/{locator}/exchange",
        responses={200: {"model": bodies.BookingAnswer}, 202: {"model": change_bodies.ExchangePendingAnswer}},
        openapi_extra=KEY_HEADER,
        response_model=None,
    )
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def exchange_booking(
        request: Request, asks: Asks, locator: str, body: change_bodies.ExchangeBody
    ) -> Response:
        """Change to another trip: all of it, or the booking stays as it is and nothing is paid."""
        booking = await read.by_asking(locator, asks)
        said = fingerprint(await request.body())
        wanted = msgspec.structs.replace(body.request(), holder=holder_of(request))
        answer = await exchange.accept(booking, wanted, idempotency_key(request), said)
        response = stored_response(answer)
        if answer.status == PENDING:
            response.headers.update({"location": f"/v1/bookings/{booking.locator}", "retry-after": "2"})
        return response

    return router
