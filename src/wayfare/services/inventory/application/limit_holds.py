"""How many holds one customer, device or address may have open: nobody empties a train without buying."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import Holder
from wayfare.infrastructure.addresses import Networks, network_of
from wayfare.kernel.errors import TooManyHolds
from wayfare.services.inventory.application.ports import HoldStore
from wayfare.services.inventory.domain.holds import State


class HoldLimits(msgspec.Struct, frozen=True):
    """Open holds at most, 0: any number. Addresses in `many_from` are not counted: many people come from there."""

    customer: int = 0
    device: int = 0
    address: int = 0
    many_from: str = ""


class OpenHold:
    """A hold that is being placed, and later is open until `until` (monotonic seconds)."""

    __slots__ = ("hold_id", "keys", "until")

    def __init__(self, keys: tuple[tuple[str, str], ...], until: float) -> None:
        self.keys, self.until = keys, until
        self.hold_id: UUID | None = None


class LimitHolds:
    """Counts in memory what this process placed; only who reaches a limit costs a look into the database.

    Each process counts for itself: with several of them the limits hold for each.
    """

    def __init__(
        self, limits: HoldLimits, store: HoldStore, ttl_s: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = {"customer": limits.customer, "device": limits.device, "address": limits.address}
        self._on = any(self._limits.values())
        self._many_from = Networks(limits.many_from)
        self._store, self._ttl_s, self._now = store, ttl_s, now
        self._open: defaultdict[tuple[str, str], set[OpenHold]] = defaultdict(set)
        self._in_order: deque[OpenHold] = deque()

    async def begin(self, holder: Holder) -> OpenHold | None:
        """Count one more hold. Raises TooManyHolds."""
        if not self._on:
            return None
        self._forget_expired()
        keys = tuple(self._keys(holder))
        for key in keys:
            limit = self._limits[key[0]]
            if len(self._open.get(key, ())) >= limit:
                await self._forget_settled(key)
                if (count := len(self._open.get(key, ()))) >= limit:
                    raise TooManyHolds(of=key[0], open=count)
        opened = OpenHold(keys, self._now() + self._ttl_s)
        for key in keys:
            self._open[key].add(opened)
        self._in_order.append(opened)
        return opened

    def forget(self, opened: OpenHold) -> None:
        """It came to nothing, is booked, or was let go."""
        for key in opened.keys:
            holds = self._open.get(key)
            if holds is not None:
                holds.discard(opened)
                if not holds:
                    del self._open[key]

    def _keys(self, holder: Holder) -> Iterator[tuple[str, str]]:
        if holder.customer and self._limits["customer"]:
            yield "customer", holder.customer
        if holder.device and self._limits["device"]:
            yield "device", holder.device
        if holder.address and self._limits["address"] and holder.address not in self._many_from:
            yield "address", network_of(holder.address)

    def _forget_expired(self) -> None:
        now = self._now()
        while self._in_order and self._in_order[0].until <= now:
            self.forget(self._in_order.popleft())

    async def _forget_settled(self, key: tuple[str, str]) -> None:
        """Forget those that are no longer held, and all but one of those that are the same hold, asked for again."""
        by_id = {opened.hold_id: opened for opened in self._open[key] if opened.hold_id is not None}
        found = await asyncio.gather(*map(self._store.find, by_id))
        held = {record.hold_id for record in found if record is not None and record.state == State.HELD}
        for opened in tuple(self._open.get(key, ())):
            if opened.hold_id is not None and (opened.hold_id not in held or by_id.get(opened.hold_id) is not opened):
                self.forget(opened)
