"""A hold: a timed lock on units, unpaid; confirmed by a booking, released by its owner, or expired."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import IntEnum
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import HoldState
from wayfare.kernel.errors import HoldExpired, HoldUsed
from wayfare.services.inventory.domain.claims import Claim


class State(IntEnum):
    """As stored. `OVERDUE` is never stored: held, but its time is over and nobody has swept it yet."""

    HELD = 0
    CONFIRMED = 1
    RELEASED = 2
    EXPIRED = 3
    OVERDUE = 4


PUBLIC_STATE: dict[State, HoldState] = {
    State.HELD: "held",
    State.CONFIRMED: "confirmed",
    State.RELEASED: "released",
    State.EXPIRED: "expired",
    State.OVERDUE: "expired",
}


class NewHold(msgspec.Struct, frozen=True):
    """A hold to be written. `fingerprint` tells a repeated request from another one under the same key."""

    hold_id: UUID
    offer_token: str
    fingerprint: str
    expires_s: int  # as the customer is told, by the business clock
    claims: tuple[Claim, ...]
    lasts_s: int  # the same end, counted by the database's clock from the moment it is written


class HoldRecord(msgspec.Struct, frozen=True):
    hold_id: UUID
    state: State
    expires_s: int
    offer_token: str
    fingerprint: str
    booking_id: UUID | None
    claims: tuple[Claim, ...]

    def confirmed_for(self, booking_id: UUID) -> HoldRecord:
        """This hold, if it is confirmed and the booking's. Raises HoldExpired, HoldUsed."""
        if self.state is not State.CONFIRMED:
            raise HoldExpired
        if self.booking_id != booking_id:
            raise HoldUsed
        return self

    def released(self, booking_id: UUID | None, passengers: Collection[int] | None) -> HoldRecord:
        """This hold after it gave back the units of `passengers`, of everybody when None.

        It is released when nobody is left; an overdue one expires. Raises HoldUsed when it is another booking's.
        """
        if self.state is State.OVERDUE:
            return msgspec.structs.replace(self, state=State.EXPIRED)
        if self.state is State.CONFIRMED and self.booking_id != booking_id:
            raise HoldUsed
        if self.state not in (State.HELD, State.CONFIRMED):
            return self
        kept = () if passengers is None else _without(self.claims, passengers)
        if not kept:
            return msgspec.structs.replace(self, state=State.RELEASED)
        return msgspec.structs.replace(self, claims=kept)

    @property
    def owned(self) -> tuple[Claim, ...]:
        """The claims that occupy units now."""
        return self.claims if self.state in (State.HELD, State.CONFIRMED, State.OVERDUE) else ()


def _without(claims: Sequence[Claim], passengers: Collection[int]) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if claim.passenger not in passengers)
