"""Whatever is done in whatever order by two workers: the database never differs from a naive model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from integration.inventory.world import COACH, TINY, departure, make_service, nothing_wrong, wants
from wayfare.contracts.inventory.api import ConfirmHold, CountFree, GetSeatMap, Hold, LegRequest, ReleaseHold
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import HoldExpired, HoldUsed, SoldOut, UnitsTaken

UNITS, SECTIONS, AUTHORISED = 10, 5, 12
legs = st.integers(0, SECTIONS - 1).flatmap(lambda first: st.tuples(st.just(first), st.integers(first + 1, SECTIONS)))
workers = st.integers(0, 1)


class World:
    """Two services in an event loop of their own, emptied for each run."""

    runner: ClassVar[asyncio.Runner]
    services: ClassVar[list[Any]]
    database: ClassVar[Database]


class InventoryMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.run(World.database.execute("DELETE FROM inventory.hold"))
        self.run(World.database.execute("DELETE FROM inventory.occupancy"))
        for service in World.services:
            service.api.pictures.clear()
        self.seats: dict[tuple[int, int], UUID] = {}  # (unit, section) -> hold
        self.load = [0] * SECTIONS
        self.holds: dict[UUID, Hold] = {}
        self.state: dict[UUID, str] = {}
        self.bookings: dict[UUID, UUID] = {}

    def run(self, work: Any) -> Any:
        return World.runner.run(work)

    def place(self, worker: int, *arguments: Any, **options: Any) -> Hold | None:
        try:
            hold: Hold = self.run(World.services[worker].api.place_hold(wants(*arguments, **options)))
        except (SoldOut, UnitsTaken):
            return None
        self.holds[hold.hold_id] = hold
        self.state[hold.hold_id] = "held"
        return hold

    def free(self, first: int, last: int) -> set[int]:
        return {
            unit for unit in range(UNITS) if not any((unit, section) in self.seats for section in range(first, last))
        }

    def occupy(self, hold: Hold, leg: tuple[int, int], passengers: int) -> None:
        rides = [(unit.passenger, section) for unit in hold.units for section in range(unit.from_call, unit.to_call)]
        assert sorted(rides) == [(p, section) for p in range(passengers) for section in range(*leg)]
        for unit in hold.units:
            for section in range(unit.from_call, unit.to_call):
                assert (unit.unit_no, section) not in self.seats
                self.seats[unit.unit_no, section] = hold.hold_id

    def vacate(self, hold_id: UUID, passengers: set[int] | None = None) -> None:
        for unit in self.holds[hold_id].units:
            if passengers is None or unit.passenger in passengers:
                for section in range(unit.from_call, unit.to_call):
                    if unit.departure_id == departure(COACH):
                        self.load[section] -= 1
                    else:
                        del self.seats[unit.unit_no, section]

    @rule(worker=workers, leg=legs, passengers=st.integers(1, 4))
    def place_any(self, worker: int, leg: tuple[int, int], passengers: int) -> None:
        fits = len(self.free(*leg)) >= passengers
        hold = self.place(worker, TINY, *leg, passengers=passengers)
        assert (hold is not None) == fits
        if hold:
            assert len(hold.units) == passengers
            self.occupy(hold, leg, passengers)

    @rule(worker=workers, leg=legs, units=st.sets(st.integers(0, UNITS - 1), min_size=1, max_size=3))
    def place_named(self, worker: int, leg: tuple[int, int], units: set[int]) -> None:
        fits = units <= self.free(*leg)
        names = [str(unit + 1) for unit in sorted(units)]
        hold = self.place(worker, TINY, *leg, passengers=len(units), units=names)
        assert (hold is not None) == fits
        if hold:
            assert [unit.unit_id for unit in hold.units] == names
            self.occupy(hold, leg, len(units))

    @rule(worker=workers, leg=legs)
    def place_with_a_change(self, worker: int, leg: tuple[int, int]) -> None:
        first, last = leg
        fits = bool(self.free(*leg)) or any(
            self.free(first, change) and self.free(change, last) for change in range(first + 1, last)
        )
        hold = self.place(worker, TINY, *leg, seat_change=True)
        assert (hold is not None) == fits
        if hold:
            assert len(hold.units) <= 2
            self.occupy(hold, leg, 1)

    @rule(worker=workers, leg=legs, passengers=st.integers(1, 4))
    def place_uncounted(self, worker: int, leg: tuple[int, int], passengers: int) -> None:
        fits = all(self.load[section] + passengers <= AUTHORISED for section in range(*leg))
        hold = self.place(worker, COACH, *leg, "seat", passengers=passengers)
        assert (hold is not None) == fits
        if hold:
            assert len(hold.units) == passengers
            for section in range(*leg):
                self.load[section] += passengers

    @precondition(lambda self: self.holds)
    @rule(worker=workers, data=st.data())
    def confirm(self, worker: int, data: st.DataObject) -> None:
        hold_id, booking_id = data.draw(st.sampled_from(list(self.holds))), uuid4()
        message = ConfirmHold(hold_id, booking_id)
        if self.state[hold_id] == "held":
            confirmed = self.run(World.services[worker].api.confirm_hold(message))
            assert (confirmed.state, confirmed.booking_id) == ("confirmed", booking_id)
            assert confirmed.units == self.holds[hold_id].units
            self.state[hold_id], self.bookings[hold_id] = "confirmed", booking_id
        else:
            error = HoldUsed if self.state[hold_id] == "confirmed" else HoldExpired
            with pytest.raises(error):
                self.run(World.services[worker].api.confirm_hold(message))

    @precondition(lambda self: self.holds)
    @rule(worker=workers, data=st.data(), some=st.booleans())
    def release(self, worker: int, data: st.DataObject, some: bool) -> None:
        hold_id = data.draw(st.sampled_from(list(self.holds)))
        hold = self.holds[hold_id]
        everybody = {unit.passenger for unit in hold.units}
        going = {min(everybody)} if some else everybody
        message = ReleaseHold(hold_id, self.bookings.get(hold_id), tuple(going) if some else None)
        left = self.run(World.services[worker].api.release_hold(message))
        if self.state[hold_id] not in ("held", "confirmed"):
            assert left.state == self.state[hold_id]
            return
        self.vacate(hold_id, going)
        if going == everybody:
            assert left.state == "released"
            self.state[hold_id] = "released"
        else:
            assert left.state == self.state[hold_id]
            assert {unit.passenger for unit in left.units} == everybody - going
            self.holds[hold_id] = left

    @precondition(lambda self: "held" in self.state.values())
    @rule(data=st.data())
    def expire(self, data: st.DataObject) -> None:
        """Its time is over; nobody sweeps it yet."""
        held = [hold_id for hold_id, state in self.state.items() if state == "held"]
        hold_id = data.draw(st.sampled_from(held))
        end = "UPDATE inventory.hold SET expires_at = clock_timestamp() - interval '10 ms' WHERE hold_id = $1"
        self.run(World.database.execute(end, hold_id))
        self.vacate(hold_id)
        self.state[hold_id] = "expired"

    @rule(worker=workers)
    def sweep(self, worker: int) -> None:
        self.run(World.services[worker].jobs[0].run())

    @rule(worker=workers, leg=legs)
    def look(self, worker: int, leg: tuple[int, int]) -> None:
        api = World.services[worker].api
        self.run(World.services[worker].jobs[0].run())
        api.pictures.clear()
        states = self.run(api.get_seat_map(GetSeatMap(departure(TINY), *leg))).states
        assert {unit for unit, state in enumerate(states) if state == "free"} == self.free(*leg)
        request = LegRequest(departure(COACH), *leg, "seat")
        counted = self.run(api.count_free(CountFree((request,))))
        assert counted.free == ({"seat": AUTHORISED - max(self.load[slice(*leg)])},)

    def teardown(self) -> None:
        self.run(World.services[0].jobs[0].run())
        self.run(nothing_wrong(World.services[1].api))


@pytest.fixture
def world(inventory_url: str, timetables: TimetableStore) -> Iterator[None]:
    async def start() -> None:
        World.database = Database(inventory_url, pool_size=2)
        await World.database.start()
        World.services = [make_service(World.database, timetables, worker_no=number) for number in range(2)]
        for service in World.services:
            await service.start()

    async def stop() -> None:
        for service in World.services:
            await service.stop()
        await World.database.stop()

    with asyncio.Runner() as World.runner:
        World.runner.run(start())
        yield
        World.runner.run(stop())


def test_the_database_never_differs_from_the_model(world: None) -> None:
    run_state_machine_as_test(
        InventoryMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
