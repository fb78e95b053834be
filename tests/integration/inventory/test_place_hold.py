from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest

from integration.inventory.world import (
    COACH,
    DAY,
    FLIGHT,
    RETIRED_TRAIN,
    TINY,
    TODAY,
    TRAIN,
    departure,
    make_service,
    nothing_wrong,
    wants,
)
from wayfare.contracts.inventory.api import (
    ConfirmHold,
    CountFree,
    FindHold,
    GetSeatMap,
    InventoryApi,
    LegRequest,
    ReleaseHold,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import (
    DepartureClosed,
    HoldExpired,
    HoldUsed,
    IdempotencyConflict,
    NotFound,
    SoldOut,
    UnitsTaken,
    ValidationFailed,
    WayfareError,
)
from wayfare.kernel.time import FixedClock, service_day_start_s


class TestPlaceHold:
    async def test_gives_a_unit(self, inventory: InventoryApi) -> None:
        hold = await inventory.place_hold(wants())
        (unit,) = hold.units
        assert hold.state == "held"
        assert unit.departure_id == departure()
        assert (unit.from_call, unit.to_call) == (0, 3)
        assert unit.unit_id
        assert await inventory.get_hold(FindHold(hold.hold_id)) == hold
        await nothing_wrong(inventory)

    async def test_the_same_unit_again_on_other_sections(self, inventory: InventoryApi) -> None:
        first = await inventory.place_hold(wants(TINY, 0, 2, units=["4"]))
        second = await inventory.place_hold(wants(TINY, 2, 5, units=["4"]))
        assert first.units[0].unit_no == second.units[0].unit_no
        with pytest.raises(UnitsTaken) as refused:
            await inventory.place_hold(wants(TINY, 1, 3, units=["4"]))
        assert refused.value.facts["units"] == ["4"]
        await nothing_wrong(inventory)

    async def test_it_ends_when_the_first_departure_leaves(
        self, inventory_database: Database, timetables: TimetableStore
    ) -> None:
        leaves_s = service_day_start_s(DAY, "Europe/Berlin") + 12 * 3600
        clock = FixedClock(datetime.fromtimestamp(leaves_s - 90, UTC))
        service = make_service(inventory_database, timetables, clock=clock)
        await service.start()
        legs = (LegRequest(departure(TRAIN), 2, 8, "second"), LegRequest(departure(FLIGHT), 0, 1, "economy"))
        hold = await service.api.place_hold(msgspec.structs.replace(wants(), legs=legs))
        assert hold.expires_s == leaves_s
        lasts = await inventory_database.fetchval("SELECT expires_at - created_at FROM inventory.hold")
        assert 89 < lasts.total_seconds() <= 90
        later = await service.api.place_hold(wants(TRAIN, 2, 8))
        assert later.expires_s == clock.now_s() + 600
        clock.advance(90)
        with pytest.raises(DepartureClosed):
            await service.api.place_hold(wants(TRAIN, 0, 3))
        await service.stop()

    @pytest.mark.parametrize("horizon_days", [30, 450])
    async def test_sells_as_far_ahead_as_is_set(
        self, inventory_database: Database, timetables: TimetableStore, horizon_days: int
    ) -> None:
        service = make_service(inventory_database, timetables, sales_horizon_days=horizon_days)
        await service.start()
        ready = await inventory_database.fetchval("SELECT count(*) FROM pg_inherits")
        assert (await service.api.place_hold(wants(day=TODAY + horizon_days))).state == "held"
        assert await inventory_database.fetchval("SELECT count(*) FROM pg_inherits") == ready
        with pytest.raises(DepartureClosed):
            await service.api.place_hold(wants(day=TODAY + horizon_days + 1))
        await service.stop()

    async def test_until_nothing_is_left(self, inventory: InventoryApi) -> None:
        units = {(await inventory.place_hold(wants(TINY, 1, 4))).units[0].unit_id for _ in range(10)}
        assert len(units) == 10
        with pytest.raises(SoldOut):
            await inventory.place_hold(wants(TINY, 3, 5))
        assert len((await inventory.place_hold(wants(TINY, 4, 5, passengers=9))).units) == 9
        await nothing_wrong(inventory)

    async def test_a_party_on_two_legs_gets_all_or_nothing(self, inventory: InventoryApi) -> None:
        legs = (LegRequest(departure(TRAIN), 0, 8, "second"), LegRequest(departure(FLIGHT), 0, 1, "economy"))
        for _ in range(6):
            await inventory.place_hold(wants(FLIGHT, 0, 1, "economy", passengers=9))
        message = wants(passengers=7)
        with pytest.raises(SoldOut):
            await inventory.place_hold(msgspec.structs.replace(message, legs=legs))
        free = await inventory.count_free(CountFree((legs[0],)))
        assert free.free == ({"second": 40},)
        hold = await inventory.place_hold(msgspec.structs.replace(message, legs=legs, passengers=6))
        assert [(unit.passenger, unit.leg) for unit in hold.units] == [(p, leg) for p in range(6) for leg in range(2)]
        await nothing_wrong(inventory)

    async def test_counted_cabin_carries_what_is_authorised(self, inventory: InventoryApi) -> None:
        for _ in range(4):
            await inventory.place_hold(wants(COACH, 0, 3, "seat", passengers=3))
        with pytest.raises(SoldOut):
            await inventory.place_hold(wants(COACH, 2, 4, "seat"))
        hold = await inventory.place_hold(wants(COACH, 3, 5, "seat", passengers=9))
        assert {unit.unit_id for unit in hold.units} == {""}
        assert (await inventory.count_free(CountFree((LegRequest(departure(COACH), 3, 5, ""),)))).free == ({"seat": 3},)
        await nothing_wrong(inventory)

    async def test_an_idempotency_key_gives_the_same_hold_again(self, inventory: InventoryApi) -> None:
        first = await inventory.place_hold(wants(TINY, key="k", fingerprint="a"))
        assert await inventory.place_hold(wants(TINY, key="k", fingerprint="a")) == first
        for _ in range(9):
            await inventory.place_hold(wants(TINY))
        assert await inventory.place_hold(wants(TINY, key="k", fingerprint="a")) == first
        with pytest.raises(IdempotencyConflict):
            await inventory.place_hold(wants(TINY, 3, 5, key="k", fingerprint="b"))
        await nothing_wrong(inventory)

    async def test_a_wish_for_what_there_is_not_names_what_there_is(self, inventory: InventoryApi) -> None:
        with pytest.raises(ValidationFailed, match="there is F, S1, S2"):
            await inventory.place_hold(wants(coach="S9"))
        with pytest.raises(ValidationFailed, match="no 'jacuzzi'; there is accessible, aisle, window"):
            await inventory.place_hold(wants(features=["jacuzzi"]))
        legs = (LegRequest(departure(TINY), 0, 3, "second"), LegRequest(departure(TRAIN), 0, 8, "second"))
        message = msgspec.structs.replace(wants(coach="S2", features=["window"]), legs=legs)
        hold = await inventory.place_hold(message)  # it is on one of the two trains
        assert hold.units[1].coach == "S2"

    async def test_one_of_a_party_sits_on_an_accessible_unit(self, inventory: InventoryApi) -> None:
        hold = await inventory.place_hold(wants(passengers=4, accessible=True))
        assert [unit.coach for unit in hold.units] == ["S1"] * 4
        assert hold.units[0].unit_id in ("S1-1", "S1-2")
        await nothing_wrong(inventory)

    @pytest.mark.parametrize(
        ("message", "error"),
        [
            (wants(from_call=3, to_call=3), ValidationFailed),
            (wants(from_call=-1), ValidationFailed),
            (wants(to_call=9), ValidationFailed),
            (wants(cabin="third"), ValidationFailed),
            (wants(passengers=0), ValidationFailed),
            (wants(passengers=10), ValidationFailed),
            (wants(units=["nope"]), ValidationFailed),
            (wants(units=["F-1"]), ValidationFailed),
            (wants(units=["S1-1", "S1-2"]), ValidationFailed),
            (wants(units=["S1-1", "S1-1"], passengers=2), ValidationFailed),
            (wants(COACH, cabin="seat", units=["1"]), ValidationFailed),
            (wants(coach="S9"), ValidationFailed),
            (wants(features=["window", "jacuzzi"]), ValidationFailed),
            (wants(COACH, cabin="seat", features=["window"]), ValidationFailed),
            (wants(TINY, accessible=True), SoldOut),
            (wants(1), NotFound),
            (wants(day=DAY + 5000), NotFound),
            (wants(RETIRED_TRAIN), DepartureClosed),
            (wants(day=TODAY - 1), DepartureClosed),
            (wants(day=TODAY + 450), DepartureClosed),
        ],
    )
    async def test_refuses(self, inventory: InventoryApi, message: object, error: type[WayfareError]) -> None:
        with pytest.raises(error):
            await inventory.place_hold(message)  # type: ignore[arg-type]


class TestConfirmHold:
    async def test_exactly_one_booking_wins(self, inventory: InventoryApi) -> None:
        hold = await inventory.place_hold(wants())
        bookings = [uuid4() for _ in range(5)]
        answers = await asyncio.gather(
            *(inventory.confirm_hold(ConfirmHold(hold.hold_id, booking)) for booking in bookings),
            return_exceptions=True,
        )
        won = [answer for answer in answers if not isinstance(answer, BaseException)]
        assert len(won) == 1
        assert sum(isinstance(answer, HoldUsed) for answer in answers) == 4
        assert won[0].state == "confirmed"
        assert won[0].booking_id in bookings
        assert await inventory.confirm_hold(ConfirmHold(hold.hold_id, won[0].booking_id)) == won[0]
        await nothing_wrong(inventory)

    async def test_unknown_and_released(self, inventory: InventoryApi) -> None:
        with pytest.raises(NotFound):
            await inventory.confirm_hold(ConfirmHold(uuid4(), uuid4()))
        hold = await inventory.place_hold(wants())
        await inventory.release_hold(ReleaseHold(hold.hold_id))
        with pytest.raises(HoldExpired):
            await inventory.confirm_hold(ConfirmHold(hold.hold_id, uuid4()))


class TestReleaseHold:
    async def test_gives_units_back(self, inventory: InventoryApi) -> None:
        hold = await inventory.place_hold(wants(TINY, 1, 4, passengers=3, units=["1", "2", "3"]))
        released = await inventory.release_hold(ReleaseHold(hold.hold_id))
        assert released.state == "released"
        assert await inventory.release_hold(ReleaseHold(hold.hold_id)) == released
        await inventory.place_hold(wants(TINY, 0, 5, units=["2"]))
        await nothing_wrong(inventory)

    async def test_a_confirmed_one_is_its_bookings(self, inventory: InventoryApi) -> None:
        hold, booking = await inventory.place_hold(wants(passengers=3)), uuid4()
        await inventory.confirm_hold(ConfirmHold(hold.hold_id, booking))
        for stranger in (None, uuid4()):
            with pytest.raises(HoldUsed):
                await inventory.release_hold(ReleaseHold(hold.hold_id, stranger))
        left = await inventory.release_hold(ReleaseHold(hold.hold_id, booking, (1,)))
        assert left.state == "confirmed"
        assert [unit.passenger for unit in left.units] == [0, 2]
        seats = await inventory.get_seat_map(GetSeatMap(departure(), 0, 3))
        assert seats.states.count("taken") == 2
        assert (await inventory.release_hold(ReleaseHold(hold.hold_id, booking, (0, 2)))).state == "released"
        await nothing_wrong(inventory)
