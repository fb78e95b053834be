"""The public routes of waiting rooms."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from wayfare.contracts.customers.roles import Permission
from wayfare.contracts.waiting.api import SITE
from wayfare.infrastructure.access import anyone, needs
from wayfare.infrastructure.http import encoded
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.waiting_door import DEVICE_COOKIE, holder_of
from wayfare.kernel.errors import NotFound, Unavailable, ValidationFailed
from wayfare.kernel.ids import parse_departure
from wayfare.kernel.time import rfc3339
from wayfare.services.waiting.application.keep_rooms import room_name
from wayfare.services.waiting.application.places import Places, Standing, Visitor
from wayfare.services.waiting.domain.places import whole_seconds
from wayfare.services.waiting.entrypoints import bodies

NOT_STORED = {"cache-control": "no-store"}
STREAM_S = 15.0
"""Then the stream ends and the browser asks for it again by itself: no process waits longer for its end."""
LOOK_S_MIN, LOOK_S_MAX = 0.25, 1.0
DEVICE_COOKIE_S = 365 * 86_400
PLACE = Query(alias="place", description="The place you were given", min_length=1, max_length=512)


class Devices:
    """Gives visitors a token that tells one device from another, and knows those it gave."""

    def __init__(self, secret: bytes, *, secure: bool) -> None:
        """`secure`: the cookie goes over TLS only."""
        self._seal = Seal(secret, "device", bytes, ValidationFailed)
        self._secure = secure

    def is_ours(self, device: str) -> bool:
        try:
            self._seal.open(device)
        except ValidationFailed:
            return False
        return True

    def new(self) -> str:
        return self._seal.seal(os.urandom(16))

    def remember(self, response: Response, device: str) -> None:
        response.set_cookie(
            DEVICE_COOKIE, device, max_age=DEVICE_COOKIE_S, httponly=True, samesite="lax", secure=self._secure
        )


def waiting_routes(places: Places, devices: Devices) -> APIRouter:
    """Asking for a place."""
    router = APIRouter(tags=["waiting rooms"])

    @router.get("/v1/waiting-rooms/{room}", response_model=None, responses={200: {"model": bodies.RoomAnswer}})
    @anyone
    async def get_room(room: str) -> Response:
        """Whether one has to wait for a departure, or for the whole site (`site`), and how long. 404: not now."""
        found = places.room(_door(room))
        estimate_s = whole_seconds(found.estimate_s(found.waiting, places.now_s()))
        answer = {
            "room": room_name(found.departure_id),
            "starts_at": rfc3339(int(found.starts_s)),
            "waiting": found.waiting,
            "rate": found.rate,
            "estimate_s": estimate_s,
        }
        return encoded(answer, 200, NOT_STORED)

    @router.post(
        "/v1/waiting-rooms/{room}/places",
        status_code=201,
        response_model=None,
        responses={201: {"model": bodies.StandingAnswer}},
    )
    @needs(Permission.BOOKINGS_OWN, guests=True, booking_token=True)
    async def take_place(request: Request, room: str) -> Response:
        """Take a place at the end of the queue. The same device, and the same customer, keeps the place it has."""
        holder = holder_of(request)
        known = devices.is_ours(holder.device)
        device = holder.device if known else devices.new()
        visitor = Visitor(device, holder.address, holder.customer or None)
        standing = await places.take(_door(room), visitor)
        response = encoded(_shown(standing, device), 201, NOT_STORED)
        if not known:
            devices.remember(response, device)
        return response

    return router


def place_routes(places: Places) -> APIRouter:
    """Looking how far the queue has come."""
    router = APIRouter(tags=["waiting rooms"])

    @router.get(
        "/v1/waiting-rooms/{room}/place", response_model=None, responses={200: {"model": bodies.StandingAnswer}}
    )
    @anyone
    async def look(room: str, place: Annotated[str, PLACE]) -> Response:
        """How far the queue has come. 404: nobody has to wait any more."""
        return encoded(_shown(await places.look(_door(room), place)), 200, NOT_STORED)

    @router.get(
        "/v1/waiting-rooms/{room}/place/events",
        response_model=None,
        responses={200: {"content": {"text/event-stream": {}}, "description": "Events `place` and, last, `closed`"}},
    )
    @anyone
    async def follow(room: str, place: Annotated[str, PLACE]) -> Response:
        """The same as server-sent events: `place` when it moves, until it is your turn; `closed` when the room is."""
        door = _door(room)
        first = await places.look(door, place)
        stream = _events(places, door, first)
        return StreamingResponse(stream, 200, NOT_STORED | {"x-accel-buffering": "no"}, "text/event-stream")

    return router


async def _events(places: Places, door: int, standing: Standing) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    until, sent = loop.time() + STREAM_S, -1
    yield b"retry: 1000\n\n"
    while True:
        if standing.position != sent:
            sent = standing.position
            yield b"event: place\ndata: " + msgspec.json.encode(_shown(standing)) + b"\n\n"
        if standing.state != "waiting" or loop.time() >= until:
            return
        await asyncio.sleep(min(LOOK_S_MAX, max(LOOK_S_MIN, standing.estimate_s / 4)))
        try:
            standing = await places.look(door, standing.place)
        except NotFound:
            yield b"event: closed\ndata: {}\n\n"
            return
        except Unavailable:  # asked again when the browser comes back
            return


def _shown(standing: Standing, device: str | None = None) -> dict[str, Any]:
    answer = {
        "room": room_name(standing.room.departure_id),
        "state": standing.state,
        "number": standing.number,
        "position": standing.position,
        "estimate_s": standing.estimate_s,
        "poll_after_s": standing.poll_after_s,
        "place": standing.place,
    }
    if device is not None:
        answer["device"] = device
    if standing.admission is not None and standing.expires_s is not None:
        answer |= {"admission": standing.admission, "expires_at": rfc3339(standing.expires_s)}
    return answer


def _door(room: str) -> int:
    """Raises NotFound."""
    return SITE if room == "site" else parse_departure(room)
