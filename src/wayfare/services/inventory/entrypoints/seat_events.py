"""Changes of seats as server-sent events (HTML Living Standard, 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from wayfare.infrastructure.access import anyone
from wayfare.infrastructure.legs import FromText, ToText
from wayfare.kernel.ids import format_departure, parse_departure
from wayfare.services.inventory.application.show_seats import ShowSeats
from wayfare.services.inventory.application.watch_seats import SeatWatch, WatchSeats
from wayfare.services.inventory.entrypoints import bodies

NOT_STORED = {"cache-control": "no-store", "x-accel-buffering": "no"}
STREAM_S = 15.0
"""Then the stream ends and the browser asks for it again by itself: no process waits longer for its end."""
HEARTBEAT_S = 5.0
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events `seats`, every unit, and `changes`, units whose state has changed; their `id` is the "
        "version of what is seen. The data of both:",
        "content": {"text/event-stream": {"schema": bodies.SeatEvent.model_json_schema()}},
    }
}


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


class _Stream(EventStream):
    """Closes the watch whatever becomes of the connection, also before the first event."""

    def __init__(self, watch: SeatWatch, known: str) -> None:
        super().__init__(_events(watch, known), headers=NOT_STORED)
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._watch.close()


def event_routes(watch: WatchSeats, show_seats: ShowSeats) -> APIRouter:
    router = APIRouter(tags=["departures"])

    @router.get("/v1/departures/{departure_id}/seats/events", response_class=EventStream, responses=_ANSWER)
    @anyone
    async def follow_seats(
        request: Request,
        departure_id: str,
        start: FromText = None,
        end: ToText = None,
        last_event_id: Annotated[str | None, Header(max_length=100)] = None,
    ) -> Response:
        """Units that are taken and given back, for a leg, about once a second.

        First every unit (`seats`), then those that change (`changes`); who comes back with Last-Event-ID is not told
        again what it knows. A stream ends after a quarter of a minute, and the browser asks again by itself.
        429: too many from this address; 503: too many here.
        """
        leg = show_seats.find_leg(parse_departure(departure_id), start, end)
        address = request.client.host if request.client else ""
        return _Stream(await watch(*leg, address), last_event_id or "")

    return router


async def _events(watch: SeatWatch, known: str) -> AsyncIterator[bytes]:
    """`known`: the version that the watcher had last."""
    loop = asyncio.get_running_loop()
    until = loop.time() + STREAM_S
    yield b"retry: 1000\n\n"
    if known == watch.version:
        watch.skip()
    else:
        yield _event("seats", watch)
    while not watch.ended and (left_s := until - loop.time()) > 0:
        await watch.wait(min(left_s, HEARTBEAT_S))
        yield b": still here\n\n" if watch.ended else _event("changes", watch)


def _event(kind: str, watch: SeatWatch) -> bytes:
    """A comment where the leg has no news."""
    units = watch.news()
    if not units:
        return b": still here\n\n"
    data = {"departure_id": format_departure(watch.departure_id), "units": units}
    return f"event: {kind}\nid: {watch.version}\ndata: ".encode() + msgspec.json.encode(data) + b"\n\n"
