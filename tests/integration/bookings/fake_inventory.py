"""An inventory in memory that keeps the promises of `InventoryApi` which bookings rely on."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import (
    CheckInventory,
    ConfirmHold,
    CountFree,
    FindHold,
    Findings,
    FindSold,
    FreeUnits,
    GetSeatMap,
    HeldUnit,
    Hold,
    HoldsPage,
    ListHolds,
    PlaceHold,
    ReleaseHold,
    SeatMap,
    SoldDepartures,
)
from wayfare.kernel.errors import HoldExpired, HoldUsed, IdempotencyConflict, NotFound, SoldOut
from wayfare.kernel.ids import derived_hold_id, new_hold_id
from wayfare.kernel.sections import section_mask
from wayfare.kernel.time import Clock


class FakeInventory:
    """`seats` on every departure; outlives the service objects that use it, as a database would."""

    def __init__(self, clock: Clock, seats: int = 100_000, ttl_s: int = 600) -> None:
        self._clock, self.seats, self._ttl_s = clock, seats, ttl_s
        self.holds: dict[UUID, Hold] = {}
        self._fingerprints: dict[UUID, str] = {}
        self.taken: dict[tuple[int, int], int] = {}
        self._first_free: dict[int, int] = {}

    async def place_hold(self, message: PlaceHold) -> Hold:
        first = message.legs[0].departure_id
        key = message.idempotency_key
        hold_id = derived_hold_id(first, key) if key else new_hold_id(first)
        if hold_id in self.holds:
            if self._fingerprints[hold_id] != message.fingerprint:
                raise IdempotencyConflict()
            return self._current(hold_id)
        self._fingerprints[hold_id] = message.fingerprint
        units = [
            self._claim(message, leg, passenger)
            for leg in range(len(message.legs))
            for passenger in range(message.passengers)
        ]
        hold = Hold(hold_id, "held", self._clock.now_s() + self._ttl_s, message.offer_token, tuple(units))
        self.holds[hold_id] = hold
        return hold

    async def get_hold(self, message: FindHold) -> Hold:
        return self._current(message.hold_id)

    async def confirm_hold(self, message: ConfirmHold) -> Hold:
        hold = self._current(message.hold_id)
        if hold.state == "confirmed":
            if hold.booking_id != message.booking_id:
                raise HoldUsed()
            return hold
        if hold.state != "held":
            raise HoldExpired()
        return self._set(hold, "confirmed", message.booking_id)

    async def release_hold(self, message: ReleaseHold) -> Hold:
        hold = self._current(message.hold_id)
        if hold.state in ("released", "expired"):
            return hold
        if hold.state == "confirmed" and hold.booking_id != message.booking_id:
            raise HoldUsed()
        gone = [unit for unit in hold.units if message.passengers is None or unit.passenger in message.passengers]
        kept = tuple(unit for unit in hold.units if unit not in gone)
        if not kept:
            return self._set(hold, "released", hold.booking_id)
        self._free(gone)
        self.holds[hold.hold_id] = msgspec.structs.replace(hold, units=kept)
        return self.holds[hold.hold_id]

    async def list_confirmed(self, message: ListHolds) -> HoldsPage:
        confirmed = sorted(
            (hold for hold in self.holds.values() if hold.state == "confirmed"), key=lambda hold: hold.hold_id
        )
        later = [hold for hold in confirmed if message.after is None or hold.hold_id > message.after]
        return HoldsPage(tuple(later[: message.limit]))

    async def count_free(self, message: CountFree) -> FreeUnits:
        raise NotImplementedError

    async def get_seat_map(self, message: GetSeatMap) -> SeatMap:
        raise NotImplementedError

    async def find_sold(self, message: FindSold) -> SoldDepartures:
        raise NotImplementedError

    async def check(self, message: CheckInventory) -> Findings:
        raise NotImplementedError

    def _claim(self, message: PlaceHold, leg: int, passenger: int) -> HeldUnit:
        asked = message.legs[leg]
        mask = section_mask(asked.from_call, asked.to_call)
        for unit_no in range(self._first_free.get(asked.departure_id, 0), self.seats):
            key = (asked.departure_id, unit_no)
            if not self.taken.get(key, 0) & mask:
                self.taken[key] = self.taken.get(key, 0) | mask
                self._first_free[asked.departure_id] = unit_no
                label = str(unit_no + 1)
                return HeldUnit(
                    passenger,
                    leg,
                    asked.departure_id,
                    unit_no,
                    f"S1-{label}",
                    "S1",
                    label,
                    asked.from_call,
                    asked.to_call,
                )
        raise SoldOut()

    def _current(self, hold_id: UUID) -> Hold:
        hold = self.holds.get(hold_id)
        if hold is None:
            raise NotFound(f"there is no hold {hold_id}")
        if hold.state == "held" and hold.expires_s <= self._clock.now_s():
            return self._set(hold, "expired", None)
        return hold

    def _set(self, hold: Hold, state: str, booking_id: UUID | None) -> Hold:
        if state in ("released", "expired"):
            self._free(hold.units)
        changed = msgspec.structs.replace(hold, state=state, booking_id=booking_id)
        self.holds[hold.hold_id] = changed
        return changed

    def _free(self, units: Iterable[HeldUnit]) -> None:
        for unit in units:
            self.taken[unit.departure_id, unit.unit_no] &= ~section_mask(unit.from_call, unit.to_call)
            self._first_free[unit.departure_id] = 0
