"""The catalogue's public routes."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from wayfare.infrastructure.access import anyone
from wayfare.infrastructure.http import PUBLIC, Answer, encoded
from wayfare.services.catalogue.application.get_departure import GetDeparture


class OperatorAnswer(Answer):
    id: str
    name: str


class LineAnswer(Answer):
    id: str
    name: str


class CabinAnswer(Answer):
    code: str
    name: str


class CallPlace(Answer):
    id: str
    name: str
    code: str | None
    platform: str | None
    time_zone: str


class CallAnswer(Answer):
    """Times are RFC 3339 with the offset of the place; none arrives at the first call or departs from the last."""

    call: int
    place: CallPlace
    arrives_at: str | None
    departs_at: str | None
    can_board: bool
    can_alight: bool
    distance_m: int


class DepartureAnswer(Answer):
    id: str
    date: str
    status: Literal["on_sale", "retired", "not_sold"]
    mode: Literal["rail", "coach", "air", "ferry"]
    service_number: str
    headsign: str
    operator: OperatorAnswer
    line: LineAnswer
    layout: str | None
    cabins: list[CabinAnswer]
    calls: list[CallAnswer]


def make_router(get_departure: GetDeparture) -> APIRouter:
    router = APIRouter(tags=["departures"])

    @router.get(
        "/v1/departures/{departure_id}",
        operation_id="get_departure",
        summary="The calls of a departure",
        responses={200: {"model": DepartureAnswer}},
        response_class=Response,
    )
    @anyone
    async def show_departure(departure_id: str) -> Response:
        return encoded(get_departure(departure_id), headers=PUBLIC)

    return router
