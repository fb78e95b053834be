"""The public routes of inventory."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from wayfare.contracts.customers.roles import Permission
from wayfare.contracts.inventory.api import (
    FindHold,
    Hold,
    InventoryApi,
    LegRequest,
    PlaceHold,
    Preferences,
    ReleaseHold,
)
from wayfare.contracts.offers.api import Offer
from wayfare.infrastructure.access import anyone, needs
from wayfare.infrastructure.http import LeanRoute, encoded, fingerprint, idempotency_key, lean
from wayfare.infrastructure.legs import FromText, ToText
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.infrastructure.waiting_door import holder_of
from wayfare.kernel.errors import OfferExpired
from wayfare.kernel.ids import departure_service, format_departure, parse_departure, parse_uuid
from wayfare.kernel.time import Clock, rfc3339
from wayfare.services.inventory.application.guard_holds import GuardHolds
from wayfare.services.inventory.application.show_seats import ShowSeats
from wayfare.services.inventory.entrypoints import bodies

NOT_STORED = {"cache-control": "no-store"}
KEY_HEADER: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key and body give the same hold, another body a 422.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        }
    ]
}


class HoldView:
    """A hold as the API shows it, with what its offer says."""

    def __init__(self, offer_seal: Seal[Offer], timetables: TimetableStore) -> None:
        self._offer_seal = offer_seal
        self._timetables = timetables

    def response(self, hold: Hold, status: int, offer: Offer | None = None) -> Response:
        offer = offer or self._offer_seal.open(hold.offer_token)
        legs: list[dict[str, Any]] = [
            {
                "departure_id": format_departure(leg.departure_id),
                "from_call": leg.from_call,
                "to_call": leg.to_call,
                "cabin": leg.cabin,
                "units": [],
            }
            for leg in offer.legs
        ]
        for unit in hold.units:
            legs[unit.leg]["units"].append(
                {
                    "passenger": unit.passenger + 1,
                    "unit": unit.unit_id,
                    "coach": unit.coach,
                    "label": unit.label,
                    "from_call": unit.from_call,
                    "to_call": unit.to_call,
                }
            )
        content = {
            "hold_id": str(hold.hold_id),
            "state": hold.state,
            "expires_at": rfc3339(hold.expires_s, self._zone_of(offer)),
            "price": offer.total.as_json(),
            "legs": legs,
        }
        headers = NOT_STORED | {"location": f"/v1/holds/{hold.hold_id}"} if status == 201 else NOT_STORED
        return encoded(content, status, headers)

    def _zone_of(self, offer: Offer) -> str:
        """The time zone of the first departure's place; UTC when the timetable no longer has it."""
        timetable, leg = self._timetables.find_current(), offer.legs[0]
        service = timetable.find_service(departure_service(leg.departure_id)) if timetable else None
        if timetable is None or service is None:
            return "UTC"
        place = int(timetable.call_place[int(timetable.call_start[service]) + leg.from_call])
        return timetable.meta.time_zones[int(timetable.place_tz[place])]


def _raw_body() -> bytes:
    """Tells FastAPI that a lean endpoint's raw body is no parameter of its own."""
    return b""


def placing_routes(place: GuardHolds, offer_seal: Seal[Offer], view: HoldView, clock: Clock) -> APIRouter:
    """The hot route: POST /v1/holds."""
    router = APIRouter(route_class=LeanRoute, tags=["holds"])

    @lean(bodies.HoldBody)
    @needs(Permission.BOOKINGS_OWN, guests=True, booking_token=True)
    async def place_hold(
        request: Request, body: bodies.HoldBody, raw: Annotated[bytes, Depends(_raw_body)]
    ) -> Response:
        """Hold units for an offer while the customer pays."""
        offer = offer_seal.open(body.offer_id)
        message = PlaceHold(
            legs=tuple(LegRequest(leg.departure_id, leg.from_call, leg.to_call, leg.cabin) for leg in offer.legs),
            passengers=len(offer.passengers),
            offer_token=body.offer_id,
            units=body.units,
            preferences=body.preferences.preferences() if body.preferences else Preferences(),
            idempotency_key=idempotency_key(request),
            fingerprint=fingerprint(raw),
            holder=holder_of(request),
        )
        if offer.expires_s <= clock.now_s():
            earlier = await place.find_earlier(message)
            if earlier is None:
                raise OfferExpired
            return view.response(earlier, 201, offer)
        return view.response(await place(message), 201, offer)

    router.add_api_route(
        "/v1/holds",
        place_hold,
        methods=["POST"],
        status_code=201,
        response_model=None,
        responses={201: {"model": bodies.HoldAnswer}},
        openapi_extra=KEY_HEADER,
    )
    return router


def looking_routes(api: InventoryApi, view: HoldView, show_seats: ShowSeats) -> APIRouter:
    router = APIRouter()

    @router.get(
        "/v1/holds/{hold_id}",
        response_model=None,
        responses={200: {"model": bodies.HoldAnswer}},
        tags=["holds"],
    )
    @anyone
    async def get_hold(hold_id: str) -> Response:
        """Look at a hold."""
        return view.response(await api.get_hold(FindHold(_hold_id(hold_id))), 200)

    @router.delete("/v1/holds/{hold_id}", status_code=204, tags=["holds"])
    @anyone
    async def release_hold(hold_id: str) -> Response:
        """Let a hold go. A hold that a booking has confirmed stays: cancel the booking."""
        await api.release_hold(ReleaseHold(_hold_id(hold_id)))
        return Response(status_code=204)

    @router.get(
        "/v1/departures/{departure_id}/seats",
        response_model=None,
        responses={200: {"model": bodies.SeatsAnswer}},
        tags=["departures"],
    )
    @anyone
    async def get_seats(departure_id: str, start: FromText = None, end: ToText = None) -> Response:
        """The layout with each unit's state for a leg; for the whole way without `from` and `to`."""
        return encoded(await show_seats(parse_departure(departure_id), start, end), 200, NOT_STORED)

    return router


def _hold_id(text: str) -> UUID:
    return parse_uuid(text, "hold")
