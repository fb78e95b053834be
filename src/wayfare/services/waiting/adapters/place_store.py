"""Places in PostgreSQL: new ones through a lane, many in one commit, numbered under a lock on their room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from wayfare.infrastructure.coalescer import Lane
from wayfare.infrastructure.database import Connection, Database
from wayfare.kernel.errors import NotFound, TooManyPlaces
from wayfare.services.waiting.adapters import metrics, sql
from wayfare.services.waiting.domain.places import Joining

_Key = tuple[int, bytes]


class PostgresPlaces:
    """The port PlaceStore. `address_max`: places of one address in one room, 0: any number."""

    def __init__(self, database: Database, admission_s: int, holds_max: int, address_max: int) -> None:
        self._database, self._admission_s = database, admission_s
        self._holds_max, self._address_max = holds_max, address_max
        self.joining: Lane[Joining, int] = Lane("waiting.join", database, self._join)

    async def join(self, joining: Joining) -> int:
        return await self.joining.call(joining)

    async def admitted_s(self, room_id: int, number: int) -> float | None:
        found: float | None = await self._database.fetchval(sql.ADMITTED_AT, room_id, number)
        return found

    async def spend(self, room_id: int, number: int) -> int | None:
        holds: int | None = await self._database.fetchval(
            sql.SPEND, room_id, number, self._admission_s, self._holds_max
        )
        return holds

    async def take_back(self, room_id: int, number: int) -> int | None:
        holds: int | None = await self._database.fetchval(sql.TAKE_BACK, room_id, number)
        return holds

    async def take_proof(self, challenge: bytes, expires_s: int) -> bool:
        return await self._database.fetchval(sql.TAKE_PROOF, challenge, expires_s) is not None

    async def _join(self, connection: Connection, batch: Sequence[Joining], again: bool) -> Sequence[int | Exception]:  # noqa: ARG002  who has a place already is found
        asked = sorted({joining.room_id for joining in batch})
        issued = {row["room_id"]: row["issued"] for row in await connection.fetch(sql.LOCK_ROOMS, asked)}
        who = (
            asked,
            [joining.device for joining in batch],
            [joining.customer for joining in batch if joining.customer is not None],
        )
        await connection.execute(sql.FORGET_EXPIRED, *who, self._admission_s)
        queue = _Queue(issued, self._address_max)
        for row in await connection.fetch(sql.FIND_PLACES, *who):
            queue.know(row["room_id"], row["number"], row["device"], row["customer"])
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
