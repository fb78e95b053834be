"""Visitors of a waiting room: each takes a place, waits as he is told, holds a seat and books it, or is sold out.

They are independent of each other, as people are: nobody knows the others' places, and everybody asks again when the
server said so.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import msgspec

from benchmarks.plan import LOOPBACK

BOOKED, SOLD_OUT = "booked", "sold_out"
PATIENCE_S = 30.0
"""How long an answer may take."""


@dataclass(slots=True)
class Visit:
    """What one visitor saw. Seconds since the first came; 0.0: did not happen."""

    came_s: float
    number: int = 0
    entered_s: float = 0.0
    done_s: float = 0.0
    outcome: str = ""
    seats: list[str] = field(default_factory=list)
    asked: int = 0
    went_back: bool = False
    """Whether he was ever told a later position than before."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the visits of a sale say together."""

    outcomes: dict[str, int]
    sold_twice: int
    arrival_order_s: float
    """How much later, at most, somebody came than another one who got a later number."""
    entry_order_s: float
    """How much later, at most, somebody was let in and knew it than another one with a later number."""
    went_back: int
    asked: int


def judge(visits: Sequence[Visit]) -> Verdict:
    """Order, seats and outcomes."""
    in_order = sorted((visit for visit in visits if visit.number), key=lambda visit: visit.number)
    seats = Counter(seat for visit in visits for seat in visit.seats)
    return Verdict(
        outcomes=dict(Counter(visit.outcome for visit in visits)),
        sold_twice=sum(count > 1 for count in seats.values()),
        arrival_order_s=_out_of_order([visit.came_s for visit in in_order]),
        entry_order_s=_out_of_order([visit.entered_s for visit in in_order if visit.entered_s]),
        went_back=sum(visit.went_back for visit in visits),
        asked=sum(visit.asked for visit in visits),
    )


def _out_of_order(moments: Sequence[float]) -> float:
    """By how much, at most, a moment is later than one that should come after it."""
    worst, earliest_after = 0.0, float("inf")
    for moment in reversed(moments):
        earliest_after = min(earliest_after, moment)
        worst = max(worst, moment - earliest_after)
    return worst


class Sale:
    """Many visitors, one room, one offer."""

    def __init__(self, port: int, room: str, offer: str) -> None:
        self.sold_out = asyncio.Event()
        """Set when the first visitor was told so."""
        self._port, self._room, self._offer = port, room, offer
        self._began = 0.0

    async def visit(self, visitors: int, within_s: float) -> list[Visit]:
        """All of them, coming evenly within some seconds, until the last is done."""
        self._began = perf_counter()
        visits = [Visit(came_s=number * within_s / visitors) for number in range(visitors)]
        await asyncio.gather(*map(self._one, visits))
        return visits

    async def _one(self, visit: Visit) -> None:
        await asyncio.sleep(visit.came_s - self._now_s())
        wire = _Wire(self._port)
        try:
            visit.came_s = self._now_s()
            place = await self._wait(visit, wire)
            visit.entered_s = self._now_s()
            await self._buy(visit, wire, place)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, _Refused) as error:
            visit.outcome = str(error) or type(error).__name__
        finally:
            visit.done_s = self._now_s()
            wire.close()
        if visit.outcome == SOLD_OUT:
            self.sold_out.set()

    async def _wait(self, visit: Visit, wire: _Wire) -> dict[str, Any]:
        """Until he is let in."""
        path = f"/v1/waiting-rooms/{self._room}/place"
        place = _expect(201, await wire.request("POST", f"{path}s"))
        device, visit.number = place["device"], place["number"]
        while place["state"] == "waiting":
            await asyncio.sleep(place["poll_after_s"])
            visit.asked += 1
            position = place["position"]
            place = _expect(200, await wire.request("GET", f"{path}?place={place['place']}"))
            visit.went_back |= place["position"] > position
        if place["state"] != "admitted":
            raise _Refused(place["state"])
        return {**place, "device": device}

    async def _buy(self, visit: Visit, wire: _Wire, place: Mapping[str, Any]) -> None:
        headers = {"x-device-id": place["device"], "wayfare-admission": place["admission"]}
        status, hold = await wire.request("POST", "/v1/holds", {"offer_id": self._offer}, headers)
        if status == 409 and hold["code"] == SOLD_OUT:
            visit.outcome = SOLD_OUT
            return
        booking = {
            "hold_id": _expect(201, (status, hold))["hold_id"],
            "passengers": [{"given_name": "Ada", "family_name": "Lovelace", "category": "adult"}],
            "contact": {"email": f"visitor{visit.number}@example.org"},
            "payment": {"method": "card", "token": "tok_approved"},
        }
        _expect(201, await wire.request("POST", "/v1/bookings", booking))
        visit.outcome = BOOKED
        visit.seats = [f"{leg['departure_id']} {unit['unit']}" for leg in hold["legs"] for unit in leg["units"]]

    def _now_s(self) -> float:
        return perf_counter() - self._began


class _Refused(Exception):
    """An answer other than what was expected: its status, code and detail."""


def _expect(status: int, answer: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    if answer[0] != status:
        raise _Refused(f"{answer[0]} {answer[1].get('code', '')}: {answer[1].get('detail', '')}")
    return answer[1]


class _Wire:
    """A visitor's connection: kept alive as long as the server does, and opened again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def request(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        content = b"" if body is None else msgspec.json.encode(body)
        lines = {"host": f"{LOOPBACK}:{self._port}", "content-length": str(len(content)), **(headers or {})}
        if body is not None:
            lines |= {"content-type": "application/json", "idempotency-key": uuid.uuid4().hex}
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        message = head.encode() + b"\r\n" + content
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self._exchange(message)
            except (ConnectionError, asyncio.IncompleteReadError):  # closed while nothing was said: once more
                self.close()
                return await self._exchange(message)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _exchange(self, message: bytes) -> tuple[int, dict[str, Any]]:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            self.close()
            self._reader, self._writer = await asyncio.open_connection(LOOPBACK, self._port)
        self._writer.write(message)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        answer = await self._reader.readexactly(length)
        return int(head[9:12]), msgspec.json.decode(answer) if answer else {}
