"""The fake inventory and the real one keep the same promises."""

from __future__ import annotations

from uuid import uuid4

import pytest

from integration.bookings.world import World
from wayfare.contracts.inventory.api import ConfirmHold, FindHold, LegRequest, ListHolds, PlaceHold, ReleaseHold
from wayfare.kernel.errors import HoldExpired, HoldUsed, NotFound, SoldOut
from wayfare.kernel.ids import uuid7

pytestmark = pytest.mark.parametrize("world", ["fake", "real"], indirect=True)


async def test_a_hold_is_found_confirmed_and_released(world: World) -> None:
    hold_id, booking_id = await world.hold(), uuid7()
    hold = await world.inventory.get_hold(FindHold(hold_id))
    assert (hold.state, hold.booking_id, len(hold.units)) == ("held", None, 1)
    for _ in range(2):
        confirmed = await world.inventory.confirm_hold(ConfirmHold(hold_id, booking_id))
        assert (confirmed.state, confirmed.booking_id) == ("confirmed", booking_id)
    for _ in range(2):
        assert (await world.inventory.release_hold(ReleaseHold(hold_id, booking_id))).state == "released"
    with pytest.raises(HoldExpired):
        await world.inventory.confirm_hold(ConfirmHold(hold_id, booking_id))


async def test_only_one_booking_gets_it(world: World) -> None:
    hold_id, booking_id = await world.hold(), uuid7()
    await world.inventory.confirm_hold(ConfirmHold(hold_id, booking_id))
    with pytest.raises(HoldUsed):
        await world.inventory.confirm_hold(ConfirmHold(hold_id, uuid7()))
    with pytest.raises(HoldUsed):
        await world.inventory.release_hold(ReleaseHold(hold_id))
    with pytest.raises(HoldUsed):
        await world.inventory.release_hold(ReleaseHold(hold_id, uuid7()))
    page = await world.inventory.list_confirmed(ListHolds(None))
    assert [(hold.hold_id, hold.booking_id) for hold in page.holds] == [(hold_id, booking_id)]


async def test_it_expires(world: World) -> None:
    hold_id = await world.hold()
    await world.let_holds_expire()
    assert (await world.inventory.get_hold(FindHold(hold_id))).state == "expired"
    with pytest.raises(HoldExpired):
        await world.inventory.confirm_hold(ConfirmHold(hold_id, uuid7()))


async def test_unknown_holds(world: World) -> None:
    await world.hold()
    for call, message in (
        (world.inventory.get_hold, FindHold(uuid4())),
        (world.inventory.confirm_hold, ConfirmHold(uuid4(), uuid7())),
        (world.inventory.release_hold, ReleaseHold(uuid4())),
    ):
        with pytest.raises(NotFound):
            await call(message)  # type: ignore[operator]


async def test_a_key_gives_the_same_hold(world: World) -> None:
    leg = world.offer().legs[0]
    message = PlaceHold(
        (LegRequest(leg.departure_id, leg.from_call, leg.to_call, leg.cabin),), 1, "token", idempotency_key="k"
    )
    first, second = await world.inventory.place_hold(message), await world.inventory.place_hold(message)
    assert first == second


async def test_units_are_sold_once_and_sold_again_when_given_back(world: World) -> None:
    world.fake.seats = 40
    holds = [await world.hold() for _ in range(40)]
    units = [(await world.inventory.get_hold(FindHold(hold_id))).units[0].unit_no for hold_id in holds]
    assert sorted(units) == list(range(40))
    with pytest.raises(SoldOut):
        await world.hold()
    await world.inventory.release_hold(ReleaseHold(holds[7]))
    again = await world.inventory.get_hold(FindHold(await world.hold()))
    assert again.units[0].unit_no == units[7]
