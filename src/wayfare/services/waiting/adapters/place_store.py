"""Places in PostgreSQL: new ones through a lane, many in one commit, numbered under a lock on their room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wayfare.infrastructure.coalescer import Lane
from wayfare.infrastructure.database import Connection, Database
from wayfare.kernel.errors import NotFound, TooManyPlaces
from wayfare.services.waiting.adapters import metrics, sql
from wayfare.services.waiting.domain.places import Joining

_Key = tuple[int, bytes]
_Place = tuple[int, int]
"""Room and number."""


@dataclass(frozen=True, slots=True)
class _Look:
    place: _Place


@dataclass(frozen=True, slots=True)
class _Spend:
    place: _Place
    back: bool = False


_Request = Joining | _Look | _Spend


class PostgresPlaces:
    """The port PlaceStore. `address_max`: places of one address in one room, 0: any number.

    One lane for all that is asked of places: it costs each process one connection.
    """

    def __init__(self, database: Database, admission_s: int, holds_max: int, address_max: int) -> None:
        self._database, self._admission_s = database, admission_s
        self._holds_max, self._address_max = holds_max, address_max
        self.lane: Lane[_Request, Any] = Lane("waiting.places", database, self._write)

    async def join(self, joining: Joining) -> int:
        number: int = await self.lane.call(joining)
        return number

    async def admitted_s(self, room_id: int, number: int) -> float | None:
        admitted_s: float | None = await self.lane.call(_Look((room_id, number)))
        return admitted_s

    async def spend(self, room_id: int, number: int) -> int | None:
        holds: int | None = await self.lane.call(_Spend((room_id, number)))
        return holds

    async def take_back(self, room_id: int, number: int) -> int | None:
        holds: int | None = await self.lane.call(_Spend((room_id, number), back=True))
        return holds

    async def take_proof(self, challenge: bytes, expires_s: int) -> bool:
        return await self._database.fetchval(sql.TAKE_PROOF, challenge, expires_s) is not None

    async def _write(self, connection: Connection, batch: Sequence[_Request], again: bool) -> Sequence[Any]:  # noqa: ARG002
        """After a lost connection a hold may be counted twice, or given back twice; who has a place has it still.

        Joining comes last: it locks rooms, and others wait for them.
        """
        answers: dict[int, Any] = {}
        for back in (True, False):
            at = [i for i, one in enumerate(batch) if isinstance(one, _Spend) and one.back is back]
            places = [one.place for one in batch if isinstance(one, _Spend) and one.back is back]
            more = () if back else (self._admission_s, self._holds_max)
            holds = await _once_each(connection, sql.TAKE_BACK if back else sql.SPEND, places, *more)
            answers |= zip(at, holds, strict=True)
        at = [i for i, one in enumerate(batch) if isinstance(one, _Look)]
        admitted = await _look(connection, [one.place for one in batch if isinstance(one, _Look)])
        answers |= zip(at, admitted, strict=True)
        at = [i for i, one in enumerate(batch) if isinstance(one, Joining)]
        joining = [one for one in batch if isinstance(one, Joining)]
        answers |= zip(at, await self._join(connection, joining) if joining else (), strict=True)
        return [answers[i] for i in range(len(batch))]

    async def _join(self, connection: Connection, batch: Sequence[Joining]) -> Sequence[int | Exception]:
        asked = sorted({joining.room_id for joining in batch})
        issued = {row["room_id"]: row["issued"] for row in await connection.fetch(sql.LOCK_ROOMS, asked)}
        who = [one.room_id for one in batch], [one.device for one in batch], [one.customer for one in batch]
        queue = _Queue(issued, self._address_max)
        expired: set[_Place] = set()
        for row in await connection.fetch(sql.FIND_PLACES, *who, self._admission_s):
            if row["expired"]:
                expired.add((row["room_id"], row["number"]))
            else:
                queue.know(row["room_id"], row["number"], row["device"], row["customer"])
        if expired:
            await connection.execute(sql.FORGET_PLACES, *_columns(list(expired)))
        addresses = [joining.address for joining in batch if joining.counted]
        if self._address_max and addresses:
            for row in await connection.fetch(sql.COUNT_BY_ADDRESS, asked, addresses):
                queue.places[row["room_id"], row["address"]] = row["places"]
        answers = [queue.join(joining) for joining in batch]
        if queue.new:
            await connection.execute(sql.INSERT_PLACES, *map(list, zip(*queue.new, strict=True)))
            await connection.execute(sql.RAISE_ISSUED, list(queue.issued), list(queue.issued.values()))
            metrics.TAKEN.inc(len(queue.new))
        return answers


async def _look(connection: Connection, places: Sequence[_Place]) -> Sequence[float | None]:
    """When they were let in, UTC seconds."""
    if not places:
        return ()
    rows = await connection.fetch(sql.ADMITTED_AT, *_columns(places))
    found = {(row["room_id"], row["number"]): row["admitted_s"] for row in rows}
    return [found.get(place) for place in places]


async def _once_each(connection: Connection, query: str, batch: Sequence[_Place], *more: int) -> Sequence[int | None]:
    """Change the places of a batch, each of them once in a statement: one that occurs twice needs two."""
    answers: list[int | None] = [None] * len(batch)
    left = list(enumerate(batch))
    while left:
        first = {place: at for at, place in reversed(left)}
        for row in await connection.fetch(query, *_columns(list(first)), *more):
            answers[first[row["room_id"], row["number"]]] = row["holds"]
        left = [(at, place) for at, place in left if first[place] != at]
    return answers


def _columns(places: Sequence[_Place]) -> tuple[list[int], list[int]]:
    return [room_id for room_id, _ in places], [number for _, number in places]


class _Queue:
    """The ends of the rooms' queues while a batch joins them."""

    def __init__(self, issued: dict[int, int], address_max: int) -> None:
        self.issued = issued
        self.places: Counter[_Key] = Counter()
        self.new: list[tuple[int, int, bytes, bytes | None, bytes]] = []
        self._address_max = address_max
        self._numbers: dict[_Key, int] = {}

    def know(self, room_id: int, number: int, device: bytes, customer: bytes | None) -> None:
        self._numbers[room_id, device] = number
        if customer is not None:
            self._numbers[room_id, customer] = number

    def join(self, joining: Joining) -> int | Exception:
        room_id, address = joining.room_id, (joining.room_id, joining.address)
        if room_id not in self.issued:
            return NotFound("nobody has to wait here")
        for key in (joining.device, joining.customer):
            if key is not None and (room_id, key) in self._numbers:
                return self._numbers[room_id, key]
        if joining.counted and 0 < self._address_max <= self.places[address]:
            return TooManyPlaces()
        self.places[address] += 1
        self.issued[room_id] = number = self.issued[room_id] + 1
        self.new.append((room_id, number, joining.device, joining.customer, joining.address))
        self.know(room_id, number, joining.device, joining.customer)
        return number
