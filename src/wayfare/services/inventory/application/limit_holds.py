"""How many holds one customer, device or address may have open: nobody empties a train without buying."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import msgspec
import structlog

from wayfare.contracts.inventory.api import Holder
from wayfare.infrastructure.addresses import Networks, network_of
from wayfare.kernel.errors import TooManyHolds, Unavailable
from wayfare.services.inventory.application.ports import HoldsElsewhere, HoldStore
from wayfare.services.inventory.domain.holds import State

log = structlog.get_logger()

TOLD_FROM = 4
"""Other processes are told from a fourth of a limit on."""


class HoldLimits(msgspec.Struct, frozen=True):
    """Open holds at most, 0: any number. Addresses in `many_from` are not counted: many people come from there."""

    customer: int = 0
    device: int = 0
    address: int = 0
    many_from: str = ""


class OpenHold:
    """A hold that is being placed, and later is open until `until` (monotonic seconds)."""

    __slots__ = ("hold_id", "keys", "told", "until")

    def __init__(self, keys: tuple[tuple[str, str], ...], until: float) -> None:
        self.keys, self.until = keys, until
        self.hold_id: UUID | None = None
        self.told: list[tuple[str, str]] = []  # the keys of which other processes were told


class LimitHolds:
    """Counts in memory what this process placed; only who reaches a limit costs a look into the database.

    Who has more than a fourth of a limit open here is counted together with other processes, which are told first and
    asked then: of several that place holds at the same time, none overlooks the others. What is below that nobody
    tells, so that a usual hold costs no statement: each other process may have so much beside the limit.
    """

    def __init__(
        self,
        limits: HoldLimits,
        store: HoldStore,
        ttl_s: int,
        elsewhere: HoldsElsewhere | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`elsewhere`: None: this process is alone."""
        self._limits = {"customer": limits.customer, "device": limits.device, "address": limits.address}
        self._on = any(self._limits.values())
        self._many_from = Networks(limits.many_from)
        self._store, self._ttl_s, self._now, self._elsewhere = store, ttl_s, now, elsewhere
        self._open: defaultdict[tuple[str, str], set[OpenHold]] = defaultdict(set)
        self._by_id: dict[UUID, OpenHold] = {}
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
        if self._elsewhere is not None:
            many = [key for key in keys if self._are_many(key)]
            for key in many:
                await self._forget_settled(key)
            if many := [key for key in many if self._are_many(key)]:
                await self._count_with_others(self._elsewhere, opened, many)
        return opened

    async def placed(self, opened: OpenHold, hold_id: UUID) -> None:
        """It is a hold now. Others are told, who may find out when it ends."""
        opened.hold_id = hold_id
        self._by_id.setdefault(hold_id, opened)
        await self._tell(opened)

    def ended(self, hold_id: UUID) -> None:
        """It was booked or let go in this process, and no longer counts."""
        opened = self._by_id.get(hold_id)
        if opened is not None:
            self.forget(opened)

    async def came_to_nothing(self, opened: OpenHold) -> None:
        self.forget(opened)
        await self._tell(opened)

    def _are_many(self, key: tuple[str, str]) -> bool:
        return len(self._open.get(key, ())) > self._limits[key[0]] // TOLD_FROM

    async def _count_with_others(
        self, elsewhere: HoldsElsewhere, opened: OpenHold, many: list[tuple[str, str]]
    ) -> None:
        """Raises TooManyHolds. A limit is no reason to refuse somebody because others cannot be asked."""
        opened.told = many
        try:
            await elsewhere.tell({key: self._ids(key) for key in many}, self._ttl_s)
            for key in many:
                limit, others = self._limits[key[0]], await elsewhere.find(key)
                if len(self._open[key]) + len(others) > limit:
                    await self._forget_settled(key)
                    count = len(self._open[key]) + await self._count_held(others)
                    if count > limit:
                        raise TooManyHolds(of=key[0], open=count - 1)
        except Unavailable as error:
            log.warning("hold_limits.not_shared", error=error.detail)
        except TooManyHolds:
            await self.came_to_nothing(opened)
            raise

    async def _tell(self, opened: OpenHold) -> None:
        if self._elsewhere is None or not opened.told:
            return
        try:
            await self._elsewhere.tell({key: self._ids(key) for key in opened.told}, self._ttl_s)
        except Unavailable as error:
            log.warning("hold_limits.not_shared", error=error.detail)

    def _ids(self, key: tuple[str, str]) -> list[UUID | None]:
        return [opened.hold_id for opened in self._open.get(key, ())]

    async def _count_held(self, hold_ids: Sequence[UUID | None]) -> int:
        found = await asyncio.gather(*(self._store.find(hold_id) for hold_id in hold_ids if hold_id is not None))
        placing = sum(hold_id is None for hold_id in hold_ids)
        return placing + sum(record is not None and record.state == State.HELD for record in found)

    def forget(self, opened: OpenHold) -> None:
        """It came to nothing, is booked, or was let go."""
        if opened.hold_id is not None and self._by_id.get(opened.hold_id) is opened:
            del self._by_id[opened.hold_id]
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
