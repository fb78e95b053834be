"""The catalogue's public routes."""

from __future__ import annotations

from typing import Literal

import msgspec
from fastapi import APIRouter, Response
from pydantic import Field

from wayfare.infrastructure.access import anyone
from wayfare.infrastructure.http import PUBLIC, Answer, encoded
from wayfare.infrastructure.legs import FromText, ToText
from wayfare.services.catalogue.application.get_departure import GetDeparture
from wayfare.services.catalogue.application.get_path import GetPath


class GeoJson(Response):
    media_type = "application/geo+json"


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


class PathCall(Answer):
    call: int
    place_id: str
    name: str
    position: tuple[float, float] | None = Field(description="Longitude, latitude")


class PathProperties(Answer):
    departure_id: str
    from_call: int
    to_call: int
    mode: Literal["rail", "coach", "air", "ferry"]
    source: Literal["shape", "great_circle", "straight", "none"] = Field(
        description="What is drawn: the feed's own shape, or lines between the calls; none where these have no position"
    )
    calls: list[PathCall]


class LineString(Answer):
    type: Literal["LineString"]
    coordinates: list[tuple[float, float]]


class MultiLineString(Answer):
    """A way across 180°."""

    type: Literal["MultiLineString"]
    coordinates: list[list[tuple[float, float]]]


class PathAnswer(Answer):
    """A GeoJSON Feature (RFC 7946)."""

    type: Literal["Feature"]
    geometry: LineString | MultiLineString | None
    properties: PathProperties


def make_router(get_departure: GetDeparture, get_path: GetPath) -> APIRouter:
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

    @router.get(
        "/v1/departures/{departure_id}/path",
        operation_id="get_path",
        summary="The way of a departure on a map",
        responses={200: {"model": PathAnswer}},
        response_class=GeoJson,
    )
    @anyone
    async def show_path(departure_id: str, start: FromText = None, end: ToText = None) -> Response:
        """From call to call of a leg, along the feed's shape where it has one."""
        return GeoJson(msgspec.json.encode(get_path(departure_id, start, end)), headers=PUBLIC)

    return router
