"""Pictures of departures: read when needed, kept while useful, never believed over the database.

A claim is marked in the picture when it is chosen, so that the next request chooses something else while the
first is still being written; whatever goes wrong, the picture is dropped.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.ports import HoldStore
from wayfare.services.inventory.domain.claims import Claim
from wayfare.services.inventory.domain.picture import Picture

PICTURES_MAX = 2048


class _Reading:
    """A picture being read. `settled`: claims written meanwhile, which the reading may have missed."""

    def __init__(self, task: asyncio.Task[Picture]) -> None:
        self.task = task
        self.settled: list[Claim] = []


def _heard(reading: asyncio.Task[Picture]) -> None:
    """Who wanted it may have given up: then its error is nobody's, and no reason to complain."""
    if not reading.cancelled():
        reading.exception()


class Pictures:
    def __init__(self, departures: Departures, store: HoldStore) -> None:
        self._departures = departures
        self._store = store
        self._pictures: OrderedDict[int, Picture] = OrderedDict()
        self._readings: dict[int, _Reading] = {}
        self._in_flight: dict[int, dict[int, Sequence[Claim]]] = {}
        self._watchers: dict[int, asyncio.Future[None]] = {}

    def __len__(self) -> int:
        return len(self._pictures)

    def find(self, departure_id: int, not_before: float) -> Picture | None:
        """The picture at hand if reading it began at `not_before` (monotonic seconds) or later."""
        picture = self._pictures.get(departure_id)
        if picture is None or picture.loaded_at < not_before:
            return None
        self._pictures.move_to_end(departure_id)
        return picture

    async def get(self, departure_id: int, not_before: float) -> Picture:
        """The picture, read anew if need be. Raises NotFound, Unavailable."""
        while (picture := self.find(departure_id, not_before)) is None:
            reading = self._readings.get(departure_id)
            if reading is None:
                task = asyncio.create_task(self._read(departure_id))
                task.add_done_callback(_heard)
                reading = self._readings[departure_id] = _Reading(task)
            await asyncio.shield(reading.task)
        return picture

    def drop(self, departure_ids: Iterable[int]) -> None:
        for departure_id in departure_ids:
            self._pictures.pop(departure_id, None)

    def clear(self) -> None:
        """Forget everything: layouts may have changed."""
        self._pictures.clear()

    def begin(self, claims: Sequence[Claim]) -> None:
        """These claims are being written."""
        for departure_id in {claim.departure_id for claim in claims}:
            self._in_flight.setdefault(departure_id, {})[id(claims)] = claims

    def end(self, claims: Sequence[Claim], *, written: bool) -> None:
        """They were written, or nobody knows."""
        for departure_id in {claim.departure_id for claim in claims}:
            in_flight = self._in_flight[departure_id]
            del in_flight[id(claims)]
            if not in_flight:
                del self._in_flight[departure_id]
            if not written:
                self._pictures.pop(departure_id, None)
            elif departure_id in self._readings:
                self._readings[departure_id].settled += claims
            watcher = self._watchers.pop(departure_id, None)
            if watcher is not None and not watcher.done():
                watcher.set_result(None)

    async def settled(self, departure_ids: Iterable[int]) -> None:
        """Wait until the claims that are now being written on these departures are decided."""
        for departure_id in departure_ids:
            pending = set(self._in_flight.get(departure_id, ()))
            while pending & self._in_flight.get(departure_id, {}).keys():
                watcher = self._watchers.get(departure_id)
                if watcher is None:
                    watcher = self._watchers[departure_id] = asyncio.get_running_loop().create_future()
                await asyncio.shield(watcher)

    async def _read(self, departure_id: int) -> Picture:
        try:
            started = time.monotonic()
            taken = await self._store.read_taken(departure_id)
            departure = self._departures.get(departure_id)  # not before: a new timetable may have come meanwhile
            picture = Picture(departure.index, departure.sections, started, taken)
            late = [*self._readings[departure_id].settled]
            for claims in self._in_flight.get(departure_id, {}).values():
                late += claims
            picture.take_units((claim.unit_no, claim.mask) for claim in late if claim.departure_id == departure_id)
            self._pictures[departure_id] = picture
            if len(self._pictures) > PICTURES_MAX:
                self._pictures.popitem(last=False)
            return picture
        finally:
            del self._readings[departure_id]
