from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import numpy as np
import pytest

from integration.catalogue.world import CatalogueWorld
from unit.catalogue.feeds import FeedBuilder
from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD, NOT_SOLD, ON_SALE, RETIRED, Strings, Timetable
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.errors import ImportRefused, ValidationFailed
from wayfare.kernel.time import day_number
from wayfare.services.catalogue.adapters.feed_files import FeedLimits
from wayfare.services.catalogue.domain.feed import NO_TRANSFER_S

TRIP = "A 8:00:00, B 9:00:00/9:05:00, C 10:00:00"


def feed(**trips: str) -> FeedBuilder:
    builder = FeedBuilder()
    for ref, calls in (trips or {"t1": TRIP}).items():
        builder.trip(ref, calls)
    return builder


def day(text: str) -> int:
    from datetime import date

    return day_number(date.fromisoformat(text))


class TestFirstImport:
    async def test_the_timetable_says_what_the_feed_says(self, world: CatalogueWorld) -> None:
        builder = feed(t1=TRIP, t2="B 23:00:00, D 26:30:00").stop("A1", parent_station="A", platform_code="7")
        builder.row(
            "translations",
            table_name="stops",
            field_name="stop_name",
            language="pl",
            translation="Stacja",
            record_id="A",
        )
        builder.row("transfers", from_stop_id="B", to_stop_id="B", transfer_type="3")
        builder.row("fare_attributes", fare_id="x", price="2", currency_type="CHF")
        builder.row("feed_info", feed_publisher_name="Me", feed_lang="de", feed_version="9")
        builder.tables["trips.txt"][0] |= {"trip_short_name": "IC 71", "trip_headsign": "Süd"}
        report = await world.load(builder)
        assert (report.changed, report.generation, report.version, report.issues) == (True, 1, "9", ())
        assert report.rows_read["stop_times.txt"] == 5
        assert (report.kept["trips.txt"], report.services.total, report.services.new) == (2, 2, 2)
        timetable = world.timetable
        service = world.index("t1")
        assert timetable.service_number[service] == "IC 71"
        assert timetable.service_headsign[service] == "Süd"
        assert world.places(service) == ["f:A", "f:B", "f:C"]
        start, end = timetable.call_start[service : service + 2]
        assert timetable.call_arr_s[start:end].tolist() == [28_800, 32_400, 36_000]
        assert timetable.call_dep_s[start:end].tolist() == [28_800, 32_700, 36_000]
        assert timetable.call_flags[start:end].tolist() == [CAN_BOARD | CAN_ALIGHT] * 3
        assert timetable.meta.time_zones[timetable.service_tz[service]] == "Europe/Berlin"
        assert timetable.service_status[service] == ON_SALE
        assert timetable.runs_on(service, day("2026-12-31"))
        assert not timetable.runs_on(service, day("2027-01-01"))
        layout = timetable.layout_of(service)
        assert layout is not None
        assert layout.code == "regional-set"
        platform = list(timetable.place_id).index("f:A1")
        station = list(timetable.place_id).index("f:A")
        assert timetable.place_station[platform] == station
        assert timetable.place_platform[platform] == "7"
        assert timetable.alias_text[0] == "Stacja"
        assert timetable.alias_place[0] == station
        here = list(timetable.place_id).index("f:B")
        assert (timetable.foot_from[0], timetable.foot_to[0], timetable.foot_s[0]) == (here, here, NO_TRANSFER_S)
        assert timetable.meta.fares["f"][0].currency == "CHF"
        assert [(tariff.code, tariff.currency) for tariff in timetable.meta.tariffs] == [("default-rail-f", "CHF")]

    async def test_headways_and_too_many_sections(self, world: CatalogueWorld) -> None:
        builder = feed()
        builder.row("frequencies", trip_id="t1", start_time="6:00:00", end_time="8:00:00", headway_secs="3600")
        names = [f"P{i}" for i in range(140)]
        for i, name in enumerate(names):
            builder.stop(name, stop_lat=str(40 + i / 20), stop_lon="8")
        builder.trip("long", ", ".join(f"{name} {5 + i // 30}:{i % 30:02}:00" for i, name in enumerate(names)))
        builder.trip("fits", ", ".join(f"{name} {5 + i // 30}:{i % 30:02}:00" for i, name in enumerate(names[:129])))
        report = await world.load(builder)
        assert sorted(world.timetable.service_ref) == ["fits", "long", "t1@06:00:00", "t1@07:00:00"]
        assert world.timetable.service_status[world.index("long")] == NOT_SOLD
        assert world.timetable.service_status[world.index("fits")] == ON_SALE
        assert world.timetable.sections(world.index("fits")) == 128
        assert report.services.not_sold == 1
        assert report.issues[0].reason == "more than 128 sections: shown, not sold"

    async def test_a_feed_id_comes_from_the_file_name(self, world: CatalogueWorld, tmp_path: Path) -> None:
        report = await world.use.import_feed(feed().zip(tmp_path / "Metro North (2026).zip"))
        assert report.feed_id == "metro-north-2026"
        with pytest.raises(ValidationFailed):
            await world.use.import_feed(tmp_path / "x.zip", "not:an id")

    async def test_progress_is_told(self, world: CatalogueWorld, tmp_path: Path) -> None:
        steps: list[tuple[str, int, int]] = []
        await world.use.import_feed(
            feed().zip(tmp_path / "f.zip"), progress=lambda what, done, total: steps.append((what, done, total))
        )
        assert [done for _, done, _ in steps] == list(range(10))
        assert {total for _, _, total in steps} == {9}

    async def test_several_feeds_stand_side_by_side(self, world: CatalogueWorld) -> None:
        await world.load(feed(), "one")
        await world.load(feed(), "two")
        assert sorted(world.timetable.place_id)[:5] == ["one:A", "one:B", "one:C", "one:D", "two:A"]
        assert [feed.feed_id for feed in world.timetable.meta.feeds] == ["one", "two"]
        assert len(set(world.timetable.service_no.tolist())) == 2
        assert len(world.timetable.foot_from) == 8  # the same stations in both: a walk each way


class TestNothingHalf:
    @pytest.mark.parametrize("table", ["fares", "services", "publications", "feeds"])
    async def test_a_failure_in_the_middle_leaves_nothing(self, world: CatalogueWorld, table: str) -> None:
        await world.load(feed(), "before")
        before, generation = await world.rows(), world.timetables.snapshots.current_generation()
        await world.database.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'full'; END $$"
        )
        await world.database.execute(f"CREATE TRIGGER fail BEFORE INSERT ON catalogue.{table} EXECUTE FUNCTION fail()")
        with pytest.raises(asyncpg.RaiseError):
            await world.load(feed(t9=TRIP).row("fare_attributes", fare_id="x", price="2", currency_type="CHF"), "after")
        await world.database.execute(f"DROP TRIGGER fail ON catalogue.{table}")
        assert await world.rows() == before
        assert world.timetables.snapshots.current_generation() == generation
        assert (await world.load(feed(t9=TRIP), "after")).generation == generation + 1

    async def test_a_refused_feed_leaves_nothing(self, world: CatalogueWorld, tmp_path: Path) -> None:
        before = await world.rows()
        path = tmp_path / "f.zip"
        path.write_bytes(b"no zip")
        with pytest.raises(ImportRefused):
            await world.use.import_feed(path)
        world.limited(FeedLimits(total_bytes=10))
        with pytest.raises(ImportRefused):
            await world.load(feed())
        assert await world.rows() == before
        assert world.timetables.find_current() is None

    async def test_a_snapshot_lost_after_the_commit_is_made_again(self, world: CatalogueWorld, tmp_path: Path) -> None:
        await world.load(feed())
        first = world.timetable
        world.timetables = TimetableStore(tmp_path / "elsewhere")
        world.limited(FeedLimits())
        assert await world.use.publish_timetable() == 1
        assert same(first, world.timetable)
        assert await world.use.publish_timetable() == 1

    async def test_imports_at_the_same_time_wait_for_each_other(self, world: CatalogueWorld) -> None:
        reports = await asyncio.gather(*(world.load(feed(**{f"t{i}": TRIP}), f"feed{i}") for i in range(4)))
        assert sorted(report.generation for report in reports) == [1, 2, 3, 4]
        assert len(world.timetable.service_no) == 4
        assert world.timetable.meta.generation == 4


def same(one: Timetable, other: Timetable) -> bool:
    for name, value in vars(one).items():
        twin = getattr(other, name)
        if isinstance(value, Strings):
            assert list(value) == list(twin), name
        elif isinstance(value, np.ndarray):
            assert np.array_equal(value, twin, equal_nan=value.dtype.kind == "f"), name
        else:
            assert value == twin, name
    return True


class TestTheSameAgain:
    async def test_nothing_changes(self, world: CatalogueWorld) -> None:
        await world.load(feed())
        before = await world.rows()
        again = await world.load(feed())
        assert (again.changed, again.generation, again.rows_read) == (False, 1, {})
        forced = await world.load(feed(), force=True)
        assert (forced.changed, forced.generation, forced.services.unchanged) == (False, 1, 1)
        assert await world.rows() == before

    async def test_nothing_changes_when_forced_with_much_sold(self, world: CatalogueWorld) -> None:
        await world.load(feed(t1=TRIP, t2="A 1:00:00, B 2:00:00"))
        gone, kept = world.number("t2"), world.number("t1")
        world.inventory.sell(f"20260710-{gone}")
        world.inventory.sell(f"20260530-{kept}")
        shorter = feed()
        shorter.tables["calendar.txt"][0]["start_date"] = "20260601"
        await world.load(shorter)
        before = await world.rows()
        forced = await world.load(shorter, force=True)
        assert (forced.changed, forced.generation, forced.changes) == (False, 2, ())
        assert await world.rows() == before


class TestNewVersion:
    async def test_numbers_stay_for_the_same_places_and_times_may_change(self, world: CatalogueWorld) -> None:
        await world.load(feed(t1=TRIP, t2=TRIP))
        numbers = world.number("t1"), world.number("t2")
        departure = world.inventory.sell(f"20260701-{numbers[0]}")
        report = await world.load(feed(t1=TRIP.replace("10:00:00", "10:30:00"), t2=TRIP))
        assert (world.number("t1"), world.number("t2")) == numbers
        assert [(change.kind, change.departures) for change in report.changes] == [("retimed", (departure,))]
        assert (report.services.updated, report.services.unchanged) == (1, 1)
        assert world.timetable.call_arr_s.max() == 37_800

    async def test_vanished_services_stay_for_their_sold_days_alone(self, world: CatalogueWorld) -> None:
        await world.load(feed(t1=TRIP, t2=TRIP, t3=TRIP))
        number, unsold = world.number("t2"), world.number("t3")
        sold = [world.inventory.sell(f"2026070{i}-{number}") for i in (1, 3)]
        report = await world.load(feed())
        service = world.index("t2")
        assert world.timetable.service_status[service] == RETIRED
        assert world.days(service) == [day("2026-07-01"), day("2026-07-03")]
        assert world.timetable.find_service(unsold) is None
        assert [(change.kind, change.ref, change.departures) for change in report.changes] == [
            ("vanished", "t2", tuple(sold))
        ]
        assert (report.services.retired, report.services.withdrawn) == (1, 1)

    async def test_another_way_makes_another_service(self, world: CatalogueWorld) -> None:
        await world.load(feed())
        old = world.number("t1")
        sold = world.inventory.sell(f"20260701-{old}")
        report = await world.load(feed(t1="A 8:00:00, D 11:00:00").without("shapes.txt"))
        retired, new = sorted(world.indexes("t1"), key=lambda i: int(world.timetable.service_no[i]))
        assert world.places(retired) == ["f:A", "f:B", "f:C"]
        assert world.places(new) == ["f:A", "f:D"]
        assert world.days(retired) == [day("2026-07-01")]
        assert not world.timetable.runs_on(new, day("2026-07-01"))
        assert world.timetable.runs_on(new, day("2026-07-02"))
        change = report.changes[0]
        assert (change.kind, change.departures) == ("changed", (sold,))
        assert change.successor_no == int(world.timetable.service_no[new]) != old

    async def test_a_sold_day_that_is_withdrawn_stays_valid(self, world: CatalogueWorld) -> None:
        await world.load(feed())
        old = world.number("t1")
        world.inventory.sell(f"20260701-{old}")
        report = await world.load(feed().date("daily", "20260701", "2"))
        retired, new = sorted(world.indexes("t1"), key=lambda i: int(world.timetable.service_no[i]))
        assert world.timetable.service_status[[retired, new]].tolist() == [RETIRED, ON_SALE]
        assert world.days(retired) == [day("2026-07-01")]
        assert not world.timetable.runs_on(new, day("2026-07-01"))
        assert report.changes[0].kind == "days_withdrawn"

    async def test_a_place_that_left_the_feed_stays_for_those_who_bought(self, world: CatalogueWorld) -> None:
        await world.load(feed(t1=TRIP, t2="A 8:00:00, D 9:00:00").row("routes", route_id="R2", route_type="3"))
        world.inventory.sell(f"20260701-{world.number('t2')}")
        smaller = feed()
        smaller.tables["stops.txt"] = [row for row in smaller.tables["stops.txt"] if row["stop_id"] != "D"]
        await world.load(smaller)
        assert world.places(world.index("t2")) == ["f:A", "f:D"]
        world.inventory.sold.clear()
        await world.load(smaller, force=True)
        assert "f:D" not in list(world.timetable.place_id)
        assert world.indexes("t2") == []

    async def test_numbers_come_back_and_are_never_given_to_others(self, world: CatalogueWorld) -> None:
        await world.load(feed(t1=TRIP, t2=TRIP))
        first, second = world.number("t1"), world.number("t2")
        await world.load(feed(t1=TRIP, t3=TRIP))
        assert world.number("t3") not in (first, second)
        await world.load(feed(t1=TRIP, t2=TRIP))
        assert (world.number("t1"), world.number("t2")) == (first, second)

    async def test_what_is_bought_during_the_import_stays_valid(self, world: CatalogueWorld) -> None:
        await world.load(feed(t1=TRIP, t2=TRIP, t3=TRIP))
        vanishing, shrinking = world.number("t2"), world.number("t3")

        def buy() -> None:
            world.inventory.on_question = None
            world.inventory.sell(f"20260701-{vanishing}")
            world.inventory.sell(f"20260701-{shrinking}")

        world.inventory.on_question = buy
        builder = feed().trip("t3", TRIP, "other").calendar("other", "20260801", "20260831")
        report = await world.load(builder)
        for number in (vanishing, shrinking):
            service = world.timetable.find_service(number)
            assert service is not None
            assert world.days(service) == [day("2026-07-01")]
        assert {change.kind for change in report.changes} == {"vanished", "days_withdrawn"}

    async def test_days_go_by(self, world: CatalogueWorld) -> None:
        """A feed rolled forward keeps its numbers; a departure still on its way stays."""
        await world.load(feed())
        number = world.number("t1")
        world.inventory.sell(f"20260530-{number}")
        world.inventory.sell(f"20260401-{number}")
        later = feed()
        later.tables["calendar.txt"][0] |= {"start_date": "20260601", "end_date": "20270630"}
        report = await world.load(later)
        assert world.number("t1") == number
        days = world.days(world.index("t1"))
        assert (days[0], days[1], days[-1]) == (day("2026-05-30"), day("2026-06-01"), day("2027-06-30"))
        assert report.changes == ()
