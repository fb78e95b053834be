"""Watching the units of a leg: one look a second at each departure that somebody watches, none at any other.

Watchers read the pictures that choose units as well; nothing that holds or books is asked to tell them anything.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter

from wayfare.infrastructure.addresses import network_of
from wayfare.kernel.errors import RateLimited, Unavailable, WayfareError
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.get_seat_map import unit_state
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.domain.layout_index import LayoutIndex
from wayfare.services.inventory.domain.picture import Picture

EVERY_S = 1.0
WATCHES_MAX = 2_000
"""In one process: each is an open connection."""
ADDRESS_WATCHES_MAX = 50
"""A household has some devices, and each a tab or two; many households may share an address."""
_RETRY_AFTER_S = 10


class _Watched:
    """A departure that somebody watches. `free`: by section, as last seen; None: it cannot be watched any more."""

    def __init__(self, picture: Picture) -> None:
        self.index: LayoutIndex = picture.index
        self.free: tuple[int, ...] | None = tuple(picture.free)
        self.watches = 0
        self.changed = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def tell(self, free: tuple[int, ...] | None) -> None:
        self.free = free
        self.changed.set()
        self.changed = asyncio.Event()


class SeatWatch:
    """What one watcher sees of a leg. To be closed."""

    def __init__(self, watches: WatchSeats, watched: _Watched, leg: tuple[int, int, int], network: str) -> None:
        self._watches, self._watched, self._network = watches, watched, network
        self.departure_id, self._from_call, self._to_call = leg
        self._told: int | None = None
        self._next = watched.changed

    @property
    def ended(self) -> bool:
        """The timetable has changed, or the database is away: ask again."""
        return self._watched.free is None

    @property
    def version(self) -> str:
        """Of what it sees now: the same in all processes while the states of all units are."""
        index = self._watched.index
        seen = f"{index.layout.code} {self._from_call} {self._to_call} {index.on_sale:x} {self._common():x}"
        return hashlib.blake2b(seen.encode(), digest_size=9).hexdigest()

    def skip(self) -> None:
        """The watcher knows this version."""
        self._told, self._next = self._common(), self._watched.changed

    def news(self) -> dict[str, str]:
        """The state of each unit that is not as it was last told, by its id; of every unit at first."""
        index, free = self._watched.index, self._common()
        known, self._told, self._next = self._told, free, self._watched.changed
        changed = -1 if known is None else known ^ free
        return {
            unit.unit_id: unit_state(index, free, number)
            for number, unit in enumerate(index.layout.units)
            if changed >> number & 1
        }

    async def wait(self, timeout_s: float) -> None:
        """Until something on the departure has changed since the last news, or for so long."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._next.wait()
        except TimeoutError:
            return

    def close(self) -> None:
        self._watches.leave(self.departure_id, self._watched, self._network)

    def _common(self) -> int:
        """The units that are free all the way."""
        free = (1 << len(self._watched.index.layout.units)) - 1
        for section in (self._watched.free or ())[self._from_call : self._to_call]:
            free &= section
        return free


class WatchSeats:
    """`every_s`: how often a departure is looked at; `watches_max`, `address_max`: at the same time."""

    def __init__(
        self,
        pictures: Pictures,
        departures: Departures,
        *,
        every_s: float = EVERY_S,
        watches_max: int = WATCHES_MAX,
        address_max: int = ADDRESS_WATCHES_MAX,
    ) -> None:
        self._pictures, self._departures, self._every_s = pictures, departures, every_s
        self._watches_max, self._address_max = watches_max, address_max
        self._watched: dict[int, _Watched] = {}
        self._by_network: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._by_network.total()

    async def __call__(self, departure_id: int, from_call: int, to_call: int, address: str) -> SeatWatch:
        """Raises NotFound, ValidationFailed, RateLimited (the address), Unavailable (the process, the database)."""
        network = network_of(address)
        self._check_room(network)
        departure = self._departures.get(departure_id)
        departure.check_leg(from_call, to_call)
        picture = await self._pictures.get(departure_id, time.monotonic() - self._every_s)
        self._check_room(network)
        watched = self._watched.get(departure_id)
        if watched is None:
            watched = self._watched[departure_id] = _Watched(picture)
            watched.task = asyncio.create_task(self._follow(departure_id, watched), name="seat-watch")
        watched.watches += 1
        self._by_network[network] += 1
        return SeatWatch(self, watched, (departure_id, from_call, to_call), network)

    def leave(self, departure_id: int, watched: _Watched, network: str) -> None:
        """The last one who watches a departure ends the looking."""
        self._by_network[network] -= 1
        if not self._by_network[network]:
            del self._by_network[network]
        watched.watches -= 1
        if not watched.watches and watched.task is not None:
            watched.task.cancel()
            self._forget(departure_id, watched)  # now: whoever comes next begins anew

    def _check_room(self, network: str) -> None:
        if len(self) >= self._watches_max:
            raise Unavailable("too many watch seats at the moment", retry_after_s=_RETRY_AFTER_S)
        if self._by_network[network] >= self._address_max:
            raise RateLimited("too many watch seats from this address", retry_after_s=_RETRY_AFTER_S)

    async def _follow(self, departure_id: int, watched: _Watched) -> None:
        try:
            while True:
                await asyncio.sleep(self._every_s)
                picture = await self._pictures.get(departure_id, time.monotonic() - self._every_s / 2)
                if picture.index is not watched.index:
                    return
                if (free := tuple(picture.free)) != watched.free:
                    watched.tell(free)
        except WayfareError:  # gone from the timetable, or nobody can tell: whoever asks again is told which
            return
        finally:
            watched.tell(None)
            self._forget(departure_id, watched)

    def _forget(self, departure_id: int, watched: _Watched) -> None:
        if self._watched.get(departure_id) is watched:
            del self._watched[departure_id]
