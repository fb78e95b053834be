from __future__ import annotations

from uuid import UUID

import msgspec
import pytest

from wayfare.kernel.errors import HoldExpired, HoldUsed
from wayfare.services.inventory.domain.claims import Claim
from wayfare.services.inventory.domain.holds import HoldRecord, State

BOOKING, STRANGER = UUID(int=1), UUID(int=2)
CLAIMS = (Claim(0, 0, 7, 1, 1), Claim(1, 0, 7, 2, 1), Claim(0, 1, 8, 1, 1))
HELD = HoldRecord(UUID(int=9), State.HELD, 0, "", "", None, CLAIMS)
CONFIRMED = msgspec.structs.replace(HELD, state=State.CONFIRMED, booking_id=BOOKING)


def in_state(state: State) -> HoldRecord:
    return msgspec.structs.replace(HELD, state=state)


class TestConfirmedFor:
    def test_its_own_booking(self) -> None:
        assert CONFIRMED.confirmed_for(BOOKING) is CONFIRMED

    def test_another_booking(self) -> None:
        with pytest.raises(HoldUsed):
            CONFIRMED.confirmed_for(STRANGER)

    @pytest.mark.parametrize("state", [State.EXPIRED, State.RELEASED, State.OVERDUE])
    def test_too_late(self, state: State) -> None:
        with pytest.raises(HoldExpired):
            in_state(state).confirmed_for(BOOKING)


class TestReleased:
    @pytest.mark.parametrize("booking", [None, BOOKING])
    def test_a_held_one_by_whoever_knows_it(self, booking: UUID | None) -> None:
        released = HELD.released(booking, None)
        assert released.state is State.RELEASED
        assert released.owned == ()

    @pytest.mark.parametrize("booking", [None, STRANGER])
    def test_a_confirmed_one_only_by_its_booking(self, booking: UUID | None) -> None:
        with pytest.raises(HoldUsed):
            CONFIRMED.released(booking, None)

    def test_some_passengers(self) -> None:
        left = CONFIRMED.released(BOOKING, (1,))
        assert left.state is State.CONFIRMED
        assert left.claims == (CLAIMS[0], CLAIMS[2])
        assert left.released(BOOKING, (1,)) == left

    def test_everybody_one_by_one(self) -> None:
        assert CONFIRMED.released(BOOKING, (1,)).released(BOOKING, (0,)).state is State.RELEASED

    def test_an_overdue_one_expires_for_everybody(self) -> None:
        released = in_state(State.OVERDUE).released(None, (1,))
        assert released.state is State.EXPIRED
        assert released.owned == ()

    @pytest.mark.parametrize("state", [State.EXPIRED, State.RELEASED])
    def test_again(self, state: State) -> None:
        hold = in_state(state)
        assert hold.released(STRANGER, None) is hold
