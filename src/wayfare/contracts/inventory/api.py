"""Inventory: which units of which sections are taken, held or sold.

Calls are indexes into a departure's calls; a leg covers the sections from `from_call` to `to_call` - 1.
"""

from __future__ import annotations

from typing import Literal, Protocol
from uuid import UUID

import msgspec

HoldState = Literal["held", "confirmed", "released", "expired"]
UnitState = Literal["free", "taken", "unavailable"]


class LegRequest(msgspec.Struct, frozen=True):
    departure_id: int
    from_call: int
    to_call: int
    cabin: str


class Preferences(msgspec.Struct, frozen=True):
    """Wishes, best effort: a wish that cannot be met never loses the seat. `accessible` is a need.

    A coach or feature that no layout of the asked departures has is refused.
    With `accessible` the first passenger gets an accessible unit on every leg, and the companions get units as near
    to it as may be (beside it in the bay, in the row, in the coach); it is sold out when no accessible unit is free.
    """

    features: tuple[str, ...] = ()  # window, aisle, lower, table, …
    together: bool = True
    coach: str | None = None
    accessible: bool = False  # one accessible unit for the party, its companions next to it
    seat_change: bool = False  # agrees to change seats once on the way when no unit is free throughout


class Holder(msgspec.Struct, frozen=True):
    """Who asks for seats, as far as it is known ("" where not): address, device token, customer's id.

    `admission`: sealed admissions of waiting rooms, parted by commas.
    """

    address: str = ""
    device: str = ""
    customer: str = ""
    admission: str = ""


class PlaceHold(msgspec.Struct, frozen=True):
    """All or nothing: one unit per passenger on every leg."""

    legs: tuple[LegRequest, ...]
    passengers: int
    offer_token: str
    units: tuple[tuple[str, ...], ...] | None = None  # unit ids per leg, one per passenger
    preferences: Preferences = Preferences()
    idempotency_key: str | None = None
    fingerprint: str = ""  # hash of the request body: another body under the same key is a conflict
    holder: Holder = Holder()


class HeldUnit(msgspec.Struct, frozen=True, array_like=True):
    """A passenger's unit on a run of sections; a change of seat gives a passenger two of them."""

    passenger: int  # from 0
    leg: int  # from 0
    departure_id: int
    unit_no: int
    unit_id: str
    coach: str
    label: str
    from_call: int
    to_call: int
    cabin: str = ""  # "" when the timetable no longer knows the departure


class Hold(msgspec.Struct, frozen=True):
    hold_id: UUID
    state: HoldState
    expires_s: int
    offer_token: str
    units: tuple[HeldUnit, ...]
    booking_id: UUID | None = None


class FindHold(msgspec.Struct, frozen=True):
    """`remembered`: what a process remembers of a hold it placed will do, for who goes on to confirm it."""

    hold_id: UUID
    remembered: bool = False


class ConfirmHold(msgspec.Struct, frozen=True):
    """Idempotent for the same booking."""

    hold_id: UUID
    booking_id: UUID


class ReleaseHold(msgspec.Struct, frozen=True):
    """Give units back. A confirmed hold is only released by its booking. Idempotent.

    `passengers`: only theirs (indexes); None for everybody's.
    """

    hold_id: UUID
    booking_id: UUID | None = None
    passengers: tuple[int, ...] | None = None


class CountFree(msgspec.Struct, frozen=True):
    legs: tuple[LegRequest, ...]  # `cabin` may be "" for all cabins


class FreeUnits(msgspec.Struct, frozen=True):
    """For each leg asked: free units and units on sale by cabin. May be up to a few seconds old.

    Not `current`: the database does not answer, `free` is what was last seen, or all of a departure never looked at.
    """

    free: tuple[dict[str, int], ...]
    total: tuple[dict[str, int], ...]
    current: bool = True


class GetSeatMap(msgspec.Struct, frozen=True):
    departure_id: int
    from_call: int
    to_call: int


class SeatMap(msgspec.Struct, frozen=True):
    """`states[unit_no]`, in the order of the layout's units."""

    layout: str
    states: tuple[UnitState, ...]


class FindSold(msgspec.Struct, frozen=True):
    service_nos: tuple[int, ...]
    from_day: int


class SoldDepartures(msgspec.Struct, frozen=True):
    """Departures with anything held or sold, in order."""

    departure_ids: tuple[int, ...]


class ListHolds(msgspec.Struct, frozen=True):
    """Confirmed holds in order of their id, for comparison with bookings."""

    after: UUID | None
    limit: int = 1000


class HoldsPage(msgspec.Struct, frozen=True):
    holds: tuple[Hold, ...]


class CheckInventory(msgspec.Struct, frozen=True):
    """Re-derive what is taken from the holds."""


class Finding(msgspec.Struct, frozen=True):
    """Something the doctor found wrong: a stable code, the object, and what a person should know."""

    code: str
    subject: str
    detail: str


class Findings(msgspec.Struct, frozen=True):
    checked: int
    findings: tuple[Finding, ...]


class InventoryApi(Protocol):
    async def place_hold(self, message: PlaceHold) -> Hold:
        """Raises SoldOut, UnitsTaken, ValidationFailed, IdempotencyConflict, DepartureClosed, TooManyHolds,
        AdmissionNeeded, AdmissionRefused, Unavailable."""

    async def get_hold(self, message: FindHold) -> Hold:
        """Raises NotFound."""

    async def confirm_hold(self, message: ConfirmHold) -> Hold:
        """Raises NotFound, HoldExpired, HoldUsed (confirmed for another booking)."""

    async def release_hold(self, message: ReleaseHold) -> Hold:
        """Raises NotFound, HoldUsed (a confirmed hold needs its booking id)."""

    async def count_free(self, message: CountFree) -> FreeUnits:
        """Never raises for a departure nobody sold yet, nor when the database is away."""

    async def get_seat_map(self, message: GetSeatMap) -> SeatMap:
        """Raises NotFound."""

    async def find_sold(self, message: FindSold) -> SoldDepartures: ...

    async def list_confirmed(self, message: ListHolds) -> HoldsPage: ...

    async def check(self, message: CheckInventory) -> Findings: ...
