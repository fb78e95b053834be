"""Place a hold: choose units on pictures, let the database decide, choose again when somebody was faster."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

import structlog

from wayfare.contracts.inventory.api import Hold, PlaceHold
from wayfare.kernel.errors import IdempotencyConflict, SoldOut, Unavailable, UnitsTaken
from wayfare.kernel.ids import departure_day, derived_hold_id, new_hold_id
from wayfare.kernel.time import Clock
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.expire_holds import ExpireHolds
from wayfare.services.inventory.application.keep_partitions import KeepPartitions
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.application.placed_holds import PlacedHolds
from wayfare.services.inventory.application.ports import HoldStore, Tally
from wayfare.services.inventory.application.seat_party import LegWanted, check_request, seat, wish_of
from wayfare.services.inventory.application.show_hold import show_hold
from wayfare.services.inventory.domain.claims import Claim
from wayfare.services.inventory.domain.errors import UnitLost
from wayfare.services.inventory.domain.holds import HoldRecord, NewHold, State
from wayfare.services.inventory.domain.picture import Picture

log = structlog.get_logger()

ROUNDS_MAX = 32
PICTURE_AGE_S = 30.0
"""For choosing, an old picture will do: who loses a unit to another process looks again."""


class PlaceHolds:
    def __init__(
        self,
        *,
        departures: Departures,
        pictures: Pictures,
        store: HoldStore,
        expire: ExpireHolds,
        partitions: KeepPartitions,
        clock: Clock,
        tally: Tally,
        placed: PlacedHolds,
        worker_no: int,
        hold_ttl_s: int,
    ) -> None:
        self._departures = departures
        self._pictures = pictures
        self._store = store
        self._expire = expire
        self._partitions = partitions
        self._clock = clock
        self._from_top = worker_no % 2 == 1
        self._ttl_s = hold_ttl_s
        self._tally = tally
        self._placed = placed

    async def __call__(self, message: PlaceHold) -> Hold:
        """Raises SoldOut, UnitsTaken, ValidationFailed, NotFound, IdempotencyConflict, DepartureClosed,
        Unavailable."""
        wanted = check_request(message, self._departures, self._clock.now_s())
        for leg in wanted:
            await self._partitions.ensure(departure_day(leg.departure.departure_id))
        first, key = wanted[0].departure.departure_id, message.idempotency_key
        hold_id = derived_hold_id(first, key) if key else new_hold_id(first)
        not_before = time.monotonic() - PICTURE_AGE_S
        for _ in range(ROUNDS_MAX):
            pictures = await self._look(wanted, not_before)
            try:
                claims = self._seat(wanted, pictures, message)
                return await self._write(self._new_hold(hold_id, wanted, message, claims))
            except (SoldOut, UnitsTaken, UnitLost) as refusal:
                # It may be our own earlier request that took the units.
                earlier = await self._store.find(hold_id)
                if earlier is not None:
                    return self._repeated(earlier, message)
                if isinstance(refusal, UnitLost):
                    self._tally.replanned()
                else:
                    await self._expire()
                    not_before = time.monotonic()
                    await self._make_sure(wanted, not_before, message)
        raise Unavailable("too many want the same seats at this moment")

    def _new_hold(
        self, hold_id: UUID, wanted: Sequence[LegWanted], message: PlaceHold, claims: tuple[Claim, ...]
    ) -> NewHold:
        """It ends at the first departure at the latest: nobody pays for what has left."""
        now_s = self._clock.now_s()
        leaves_s = min(leg.departure.departs_s[leg.from_call] for leg in wanted)
        lasts_s = max(0, min(self._ttl_s, leaves_s - now_s))
        return NewHold(hold_id, message.offer_token, message.fingerprint, now_s + lasts_s, claims, lasts_s)

    async def find_earlier(self, message: PlaceHold) -> Hold | None:
        """The hold that the same request under the same idempotency key got before. Raises IdempotencyConflict."""
        if not message.idempotency_key or not message.legs:
            return None
        hold_id = derived_hold_id(message.legs[0].departure_id, message.idempotency_key)
        earlier = await self._store.find(hold_id)
        return None if earlier is None else self._repeated(earlier, message)

    async def _look(self, wanted: Sequence[LegWanted], not_before: float) -> list[Picture]:
        pictures = []
        for leg in wanted:
            departure_id = leg.departure.departure_id
            picture = self._pictures.find(departure_id, not_before)
            pictures.append(picture or await self._pictures.get(departure_id, not_before))
        return pictures

    def _seat(self, wanted: Sequence[LegWanted], pictures: Sequence[Picture], message: PlaceHold) -> tuple[Claim, ...]:
        return seat(wanted, pictures, message.passengers, wish_of(message), from_top=self._from_top)

    async def _make_sure(self, wanted: Sequence[LegWanted], not_before: float, message: PlaceHold) -> None:
        """Raises SoldOut or UnitsTaken if the database says so now, without claims that are still being written.

        Otherwise waits until those are decided.
        """
        departure_ids = [leg.departure.departure_id for leg in wanted]
        seen = dict(zip(departure_ids, await self._look(wanted, not_before), strict=True))
        as_read = {departure_id: picture.as_read() for departure_id, picture in seen.items()}
        try:
            self._seat(wanted, [as_read[departure_id] for departure_id in departure_ids], message)
        except (SoldOut, UnitsTaken):
            self._tally.refused()
            raise
        await self._pictures.settled(as_read)

    async def _write(self, hold: NewHold) -> Hold:
        """Raises UnitLost, IdempotencyConflict, Unavailable."""
        written = False
        self._pictures.begin(hold.claims)
        try:
            earlier = await self._store.place(hold)
            written = earlier is None
        finally:
            self._pictures.end(hold.claims, written=written)
        if earlier is not None:
            return show_hold(earlier, self._departures)
        self._tally.placed()
        log.debug("hold.placed", hold_id=hold.hold_id, units=len(hold.claims))
        record = HoldRecord(
            hold.hold_id, State.HELD, hold.expires_s, hold.offer_token, hold.fingerprint, None, hold.claims
        )
        shown = show_hold(record, self._departures)
        self._placed.keep(shown)
        return shown

    def _repeated(self, earlier: HoldRecord, message: PlaceHold) -> Hold:
        if earlier.fingerprint != message.fingerprint:
            raise IdempotencyConflict
        return show_hold(earlier, self._departures)
