"""Who keeps its number when a newer version of a feed comes, and which sold departures stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wayfare.contracts.catalogue.timetable import ON_SALE, RETIRED
from wayfare.services.catalogue.domain.calendars import Calendar
from wayfare.services.catalogue.domain.reconcile import (
    WITHDRAWN,
    Incoming,
    Known,
    decide,
    services_to_ask_about,
)

TODAY = 9800
DAYS = Calendar.of(range(TODAY - 10, TODAY + 30))


def known(number: int, ref: str = "1", places: bytes = b"AB", status: int = ON_SALE, **changes: object) -> Known:
    values = {"times_key": b"t", "calendar": DAYS, "layout": "x", "changed_day": TODAY, "content_key": b"", **changes}
    return Known(service_no=number, ref=ref, places_key=places, status=status, **values)  # type: ignore[arg-type]


def incoming(ref: str = "1", places: bytes = b"AB", **changes: object) -> Incoming:
    values = {"times_key": b"t", "calendar": DAYS, "layout": "x", **changes}
    return Incoming(ref=ref, places_key=places, **values)  # type: ignore[arg-type]


class TestSameService:
    def test_the_same_again_asks_nothing(self) -> None:
        assert services_to_ask_about([known(1)], [incoming()], TODAY) == []
        decision = decide([known(1)], [incoming()], {}, TODAY)
        assert (decision.numbers, decision.calendars, decision.changes) == ([1], [DAYS], [])
        assert not decision.withdrawn
        assert not decision.losing

    def test_new_times_keep_the_number_and_are_told_when_sold(self) -> None:
        new = incoming(times_key=b"later")
        assert services_to_ask_about([known(1)], [new], TODAY) == [1]
        decision = decide([known(1)], [new], {1: {TODAY + 3}}, TODAY)
        assert decision.numbers == [1]
        change, successor = decision.changes[0]
        assert (change.kind, change.service_no, successor) == ("retimed", 1, None)
        assert change.departures == ("20261103-1",)

    def test_days_gone_by_are_dropped_unless_sold_and_on_their_way(self) -> None:
        later = Calendar.of(range(TODAY, TODAY + 60))
        assert services_to_ask_about([known(1)], [incoming(calendar=later)], TODAY) == [1]
        decision = decide([known(1)], [incoming(calendar=later)], {1: {TODAY - 2, TODAY + 1}}, TODAY)
        assert decision.numbers == [1]
        assert decision.calendars == [later.including([TODAY - 2])]
        assert not decision.retired

    def test_a_sold_service_keeps_its_layout(self) -> None:
        decision = decide([known(1)], [incoming(layout="y")], {1: {TODAY}}, TODAY)
        assert decision.layouts == ["x"]
        assert decision.changes[0][0].kind == "layout_kept"
        assert decide([known(1)], [incoming(layout="y")], {}, TODAY).layouts == ["y"]


class TestGone:
    def test_vanished_with_sold_departures(self) -> None:
        decision = decide([known(1), known(2, "2")], [incoming()], {2: {TODAY + 5, TODAY + 7}}, TODAY)
        assert decision.retired == {2: Calendar.of([TODAY + 5, TODAY + 7])}
        assert [change.kind for change, _ in decision.changes] == ["vanished"]
        assert decision.losing == [2]

    def test_vanished_and_nothing_sold(self) -> None:
        decision = decide([known(1), known(2, "2")], [incoming()], {}, TODAY)
        assert decision.withdrawn == [2]
        assert not decision.retired

    def test_other_places_make_another_service(self) -> None:
        decision = decide([known(1)], [incoming(places=b"AC")], {1: {TODAY + 5}}, TODAY)
        assert decision.numbers == [None]
        assert TODAY + 5 not in decision.calendars[0]
        assert decision.retired == {1: Calendar.of([TODAY + 5])}
        change, successor = decision.changes[0]
        assert (change.kind, successor) == ("changed", 0)

    def test_a_sold_day_withdrawn(self) -> None:
        """The old number stays for its sold days; what is left runs under a new one."""
        shorter = DAYS.without([TODAY + 5])
        decision = decide([known(1)], [incoming(calendar=shorter)], {1: {TODAY + 5, TODAY + 6}}, TODAY)
        assert decision.numbers == [None]
        assert decision.retired == {1: Calendar.of([TODAY + 5, TODAY + 6])}
        assert decision.calendars == [shorter.without([TODAY + 6])]
        assert decision.changes[0][0].kind == "days_withdrawn"

    def test_a_day_withdrawn_that_nobody_bought(self) -> None:
        shorter = DAYS.without([TODAY + 5])
        decision = decide([known(1)], [incoming(calendar=shorter)], {1: {TODAY + 6}}, TODAY)
        assert (decision.numbers, decision.calendars, decision.losing) == ([1], [shorter], [1])


class TestComingBack:
    def test_a_withdrawn_service_gets_its_number_back(self) -> None:
        decision = decide([known(1, status=WITHDRAWN)], [incoming()], {}, TODAY)
        assert decision.numbers == [1]

    def test_a_retired_one_too_when_its_sold_days_run_again(self) -> None:
        old = known(1, status=RETIRED, calendar=Calendar.of([TODAY + 1]))
        assert decide([old], [incoming()], {1: {TODAY + 1}}, TODAY).numbers == [1]

    def test_its_successor_never_runs_on_its_sold_days(self) -> None:
        old = known(1, places=b"AX", status=RETIRED, calendar=Calendar.of([TODAY + 1]))
        live = known(2, calendar=DAYS.without([TODAY + 1]))
        decision = decide([old, live], [incoming()], {1: {TODAY + 1}}, TODAY)
        assert decision.numbers == [2]
        assert decision.calendars == [live.calendar]
        assert decision.retired == {1: old.calendar}
        assert not decision.changes

    def test_once_its_days_are_over_it_goes(self) -> None:
        old = known(1, places=b"AX", status=RETIRED, calendar=Calendar.of([TODAY - 9]))
        decision = decide([old, known(2)], [incoming()], {}, TODAY)
        assert decision.withdrawn == [1]

    def test_one_withdrawn_long_ago_is_not_asked_about(self) -> None:
        old = known(1, status=WITHDRAWN, changed_day=TODAY - 30)
        assert services_to_ask_about([old], [], TODAY) == []
        assert services_to_ask_about([known(1, status=WITHDRAWN)], [], TODAY) == [1]


REFS = st.sampled_from("123")
CALENDARS = st.sets(st.integers(TODAY - 3, TODAY + 6), min_size=1).map(Calendar.of)
LIVE = st.dictionaries(REFS, st.tuples(st.sampled_from([b"AB", b"AC"]), CALENDARS), max_size=3)


@given(LIVE, LIVE, st.data())
def test_every_sold_departure_stays_valid_and_none_runs_twice(
    before: dict[str, tuple[bytes, Calendar]], after: dict[str, tuple[bytes, Calendar]], data: st.DataObject
) -> None:
    services = [
        known(i, ref, places, calendar=calendar)
        for i, (ref, (places, calendar)) in enumerate(sorted(before.items()), 1)
    ]
    sold = {service.service_no: data.draw(st.sets(st.sampled_from(service.calendar.days()))) for service in services}
    new = [incoming(ref, places, calendar=calendar) for ref, (places, calendar) in sorted(after.items())]
    asked = set(services_to_ask_about(services, new, TODAY))
    decision = decide(services, new, {number: days for number, days in sold.items() if number in asked and days}, TODAY)
    running = dict(decision.retired)
    running |= {number: days for number, days in zip(decision.numbers, decision.calendars, strict=True) if number}
    for service in services:
        for day in sold[service.service_no]:
            assert day in running[service.service_no]
    for index, item in enumerate(new):
        rivals = [
            decision.retired[service.service_no]
            for service in services
            if service.ref == item.ref and service.service_no in decision.retired
        ]
        for rival in rivals:
            assert not set(rival.days()) & set(decision.calendars[index].days())
