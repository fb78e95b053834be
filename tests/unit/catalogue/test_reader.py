"""Each oddity of real feeds, one at a time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from unit.catalogue.feeds import FeedBuilder, calls_of
from wayfare.contracts.catalogue.timetable import CAN_ALIGHT, CAN_BOARD
from wayfare.kernel.errors import ImportRefused
from wayfare.kernel.time import day_number
from wayfare.services.catalogue.domain.calendars import DAYS_MAX
from wayfare.services.catalogue.domain.feed import NO_TRANSFER_S
from wayfare.services.catalogue.domain.gtfs.values import AIR, COACH

TRIP = "A 8:00:00, B 9:00:00, C 10:00:00"


def days(builder: FeedBuilder, tmp_path: Path, ref: str = "1") -> list[int]:
    feed, _ = builder.read(tmp_path)
    services = feed.services
    return feed.calendars[services.calendar[services.ref.index(ref)]].days()


class TestPlaces:
    def test_platforms_inherit_from_their_station(self, tmp_path: Path) -> None:
        builder = FeedBuilder().stop(
            "S", location_type="1", stop_timezone="Europe/Moscow ", stop_lat="55", stop_lon="37"
        )
        builder.stop("S1", parent_station="S", platform_code="1", stop_name="").stop(
            "E", location_type="2", parent_station="S"
        )
        builder.stop("S1N", parent_station="S1", location_type="4")
        feed, issues = builder.trip("1", "A 8:00:00, S1 9:00:00").read(tmp_path)
        places = {place.stop_id: place for place in feed.places}
        assert (places["S1"].station, places["S1"].tz, places["S1"].name, places["S1"].lat) == (
            "S",
            "Europe/Moscow",
            "Station S",
            55,
        )
        assert places["S1"].platform == "1"
        assert places["S1N"].station == "S"
        assert places["A"].tz == "Europe/Berlin"
        assert "E" not in places
        assert not issues

    def test_unknown_zones_parents_and_positions_are_told(self, tmp_path: Path) -> None:
        builder = FeedBuilder().stop(
            "X", stop_timezone="Mars/Base", parent_station="nowhere", stop_lat="0", stop_lon="0"
        )
        builder.stop("X").stop("Y", parent_station="Z", stop_lat="1", stop_lon="1").stop(
            "Z", parent_station="Y", stop_lat="1", stop_lon="1"
        )
        feed, issues = builder.trip("1", TRIP).read(tmp_path)
        place = next(place for place in feed.places if place.stop_id == "X")
        assert place.tz == "Europe/Berlin"
        assert place.lat != place.lat
        assert {reason.split(":")[0] for reason in issues} == {
            "stop_timezone is not a time zone",
            "parent_station is not in stops.txt",
            "no usable position",
            "stop_id occurs twice",
        }

    def test_no_agency_with_a_time_zone_is_refused(self, tmp_path: Path) -> None:
        builder = (
            FeedBuilder()
            .trip("1", TRIP)
            .without("agency.txt")
            .row("agency", agency_name="X", agency_timezone="nowhere")
        )
        with pytest.raises(ImportRefused) as caught:
            builder.read(tmp_path)
        assert caught.value.facts["errors"][0]["file"] == "agency.txt"


class TestLines:
    def test_extended_types_and_unknown_ones(self, tmp_path: Path) -> None:
        builder = FeedBuilder().row("routes", route_id="air", route_long_name="Air", route_type="1100", agency_id="DB")
        builder.row("routes", route_id="bus", route_type="714", agency_id="nobody").row(
            "routes", route_id="odd", route_type="9999"
        )
        builder.trip("1", TRIP).trip("2", TRIP, route_id="odd")
        feed, issues = builder.read(tmp_path)
        assert {line.line_id: line.mode for line in feed.lines} == {"R1": 0, "air": AIR, "bus": COACH}
        assert {line.name for line in feed.lines} == {"IC 1", "Air", "bus"}
        assert feed.services.ref == ["1"]
        assert issues["unknown route_type: the route is left out"].count == 1
        assert issues["route_id is unknown: the trip is left out"].examples[0].detail == "2: odd"
        assert issues["agency_id is not in agency.txt: the first agency counts"].count == 1


class TestDays:
    def test_a_week_with_a_day_added_and_one_removed(self, tmp_path: Path) -> None:
        builder = FeedBuilder().calendar("week", "20260105", "20260111", "1100000").trip("1", TRIP, "week")
        builder.date("week", "20260106", "2").date("week", "20260120")
        monday = 9501  # 2026-01-05
        assert days(builder, tmp_path) == [monday, monday + 15]

    def test_dates_only(self, tmp_path: Path) -> None:
        builder = FeedBuilder().without("calendar.txt").date("x", "20260102").date("x", "20260101").trip("1", TRIP, "x")
        assert days(builder, tmp_path) == [9497, 9498]

    def test_a_calendar_file_with_only_a_header(self, tmp_path: Path) -> None:
        builder = FeedBuilder().without("calendar.txt").date("x", "20260102").trip("1", TRIP, "x")
        header = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        assert days(builder.file("calendar.txt", header), tmp_path) == [9498]

    def test_removals_without_a_base_and_no_days_at_all(self, tmp_path: Path) -> None:
        builder = (
            FeedBuilder()
            .date("ghost", "20260101", "2")
            .trip("1", TRIP)
            .trip("2", TRIP, "ghost")
            .trip("3", TRIP, "none")
        )
        builder.calendar("never", "20260101", "20260131", "0000000").trip("4", TRIP, "never")
        feed, issues = builder.read(tmp_path)
        assert feed.services.ref == ["1"]
        assert issues["removes a day that nothing put there"].count == 1
        assert issues["service_id runs on no day: the trip is left out"].count == 2
        assert issues["service_id has no calendar: the trip is left out"].count == 1

    def test_dates_that_are_none(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP).date("daily", "2026-13-01").date("daily", "20260101", "7")
        builder.calendar("back", "20260201", "20260101").calendar("bad", "soon", "later")
        _, issues = builder.read(tmp_path)
        assert issues["no date or unknown exception_type: left out"].count == 2
        assert issues["end_date is before start_date: no days"].count == 1
        assert issues["start_date or end_date is no date: left out"].count == 1


class TestCalls:
    def test_times_past_midnight_for_several_days(self, tmp_path: Path) -> None:
        feed, _ = FeedBuilder().trip("1", "A 23:30:00, B 25:00:00/25:10:00, C 86:05:00").read(tmp_path)
        assert calls_of(feed, "1") == [("A", 84_600, 84_600), ("B", 90_000, 90_600), ("C", 309_900, 309_900)]

    def test_rows_in_any_order_and_one_time_of_two(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", "A 8:00:00, B 9:00:00").without("stop_times.txt")
        builder.row(
            "stop_times", trip_id="1", stop_id="B", stop_sequence="12", arrival_time="9:00:00", departure_time=""
        )
        builder.row(
            "stop_times", trip_id="1", stop_id="A", stop_sequence="7", arrival_time="", departure_time="8:00:00"
        )
        assert calls_of(builder.read(tmp_path)[0], "1") == [("A", 28_800, 28_800), ("B", 32_400, 32_400)]

    def test_blank_times_go_by_distance(self, tmp_path: Path) -> None:
        builder = FeedBuilder().stop("M", stop_lat="52.0", stop_lon="13.4").stop("N", stop_lat="51.0", stop_lon="13.4")
        builder.stop("O", stop_lat="48.0", stop_lon="13.4")
        feed, issues = builder.trip("1", "M 8:00:00, N, O 12:00:00").read(tmp_path)
        middle = calls_of(feed, "1")[1]
        assert middle[1] == middle[2] == pytest.approx(28_800 + 3600, abs=2)  # a quarter of the way
        assert not issues

    def test_blank_times_without_positions_go_evenly(self, tmp_path: Path) -> None:
        builder = FeedBuilder().stop("X").stop("Y")
        feed, _ = builder.trip("1", "A 8:00:00, X, Y, B 11:00:00").read(tmp_path)
        assert [call[1] for call in calls_of(feed, "1")] == [28_800, 32_400, 36_000, 39_600]

    def test_what_can_be_lived_with_is_told_with_its_line(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("good", TRIP).trip("missing stop", "A 8:00:00, NOWHERE 8:30:00, B 9:00:00")
        builder.trip("one call", "A 8:00:00").trip("backwards", "A 8:00:00, B 7:00:00").trip(
            "early", "A 8:00:00/7:00:00, B 9:00:00"
        )
        builder.trip("no end", "A 8:00:00, B").trip("odd time", "A 8:00:00, B soon, C 10:00:00").row(
            "trips", trip_id="empty", route_id="R1", service_id="daily"
        )
        builder.row("stop_times", trip_id="unknown", stop_id="A", stop_sequence="1", arrival_time="1:00:00")
        builder.row("stop_times", trip_id="good", stop_id="D", stop_sequence="30", arrival_time="11:00:00")
        builder.row("stop_times", trip_id="good", stop_id="D", stop_sequence="x", arrival_time="11:00:00")
        feed, issues = builder.read(tmp_path)
        assert sorted(feed.services.ref) == ["good", "missing stop", "odd time"]
        assert len(calls_of(feed, "good")) == 3
        told = {reason: (issue.file, issue.count, issue.examples[0].line) for reason, issue in issues.items()}
        assert told == {
            "stop_id is unknown: left out": ("stop_times.txt", 1, 6),
            "trip_id is unknown: left out": ("stop_times.txt", 1, 18),
            "stop_sequence occurs twice in the trip: the first counts": ("stop_times.txt", 1, 19),
            "stop_sequence is no number: left out": ("stop_times.txt", 1, 20),
            "the trip has one call only: left out": ("stop_times.txt", 1, 8),
            "times go backwards: the trip is left out": ("stop_times.txt", 2, 9),
            "the first or last call has no time: the trip is left out": ("stop_times.txt", 1, 13),
            "no time: counts as blank": ("stop_times.txt", 2, 16),
            "the trip has no calls: left out": ("trips.txt", 1, 0),
        }

    def test_boarding_and_alighting(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP)
        rows = builder.tables["stop_times.txt"]
        rows[0]["drop_off_type"], rows[1]["pickup_type"], rows[1]["drop_off_type"] = "1", "2", "3"
        rows[2]["pickup_type"] = "1"
        feed, _ = builder.read(tmp_path)
        assert feed.services.flags.tolist() == [CAN_BOARD, CAN_BOARD | CAN_ALIGHT, CAN_ALIGHT]

    def test_nothing_that_can_run_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ImportRefused, match="no trip can run"):
            FeedBuilder().trip("1", "A 8:00:00").read(tmp_path)


class TestServices:
    def test_headways_become_services(self, tmp_path: Path) -> None:
        builder = (
            FeedBuilder().trip("1", "A 8:00:00, B 8:30:00/8:31:00, C 9:00:00", trip_short_name="S1").trip("2", TRIP)
        )
        builder.row(
            "frequencies", trip_id="1", start_time="6:00:00", end_time="7:00:00", headway_secs="1200", exact_times="1"
        )
        builder.row("frequencies", trip_id="1", start_time="6:40:00", end_time="7:20:01", headway_secs="2400")
        builder.row("frequencies", trip_id="1", start_time="6:00:00", end_time="5:00:00", headway_secs="60")
        builder.row("frequencies", trip_id="9", start_time="6:00:00", end_time="7:00:00", headway_secs="60")
        feed, issues = builder.read(tmp_path)
        assert feed.services.ref == ["1@06:00:00", "1@06:20:00", "1@06:40:00", "1@07:20:00", "2"]
        assert calls_of(feed, "1@07:20:00") == [("A", 26_400, 26_400), ("B", 28_200, 28_260), ("C", 30_000, 30_000)]
        assert feed.services.number[:4] == ["S1"] * 4
        assert len(issues) == 2

    def test_headsign_falls_back_to_the_last_place(self, tmp_path: Path) -> None:
        feed, _ = FeedBuilder().trip("1", TRIP).trip("2", TRIP, trip_headsign="Süd").read(tmp_path)
        assert feed.services.headsign == ["Station C", "Süd"]

    def test_distances_follow_the_great_circle_times_a_factor(self, tmp_path: Path) -> None:
        feed, issues = FeedBuilder().trip("1", TRIP, shape_id="gone").read(tmp_path)
        first, second, third = feed.services.distance_m.tolist()
        assert first == 0
        assert second == pytest.approx(1.2 * 110_000, rel=0.01)  # Berlin to B is 110 km
        assert third > second
        assert issues["shape_id names no shape: distances follow the great circle"].count == 1

    def test_distances_follow_a_sane_shape(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP, shape_id="s").trip("2", TRIP, shape_id="far")
        points = [(52.5, 13.4), (52.6, 12.7), (52.0, 12.0), (51.3, 11.0)]
        for i, (lat, lon) in reversed(list(enumerate(points))):
            builder.row("shapes", shape_id="s", shape_pt_lat=str(lat), shape_pt_lon=str(lon), shape_pt_sequence=str(i))
            builder.row(
                "shapes", shape_id="far", shape_pt_lat=str(lat - 20), shape_pt_lon=str(lon), shape_pt_sequence=str(i)
            )
        feed, _ = builder.read(tmp_path)
        along, direct = feed.services.distance_m.reshape(2, 3).tolist()
        assert along[1] == pytest.approx(130_500, rel=0.02)  # the detour over the second point
        assert direct[1] == pytest.approx(1.2 * 110_000, rel=0.01)
        assert [shape.shape_id for shape in feed.shapes] == ["far", "s"]


class TestExtras:
    def test_transfers(self, tmp_path: Path) -> None:
        builder = (
            FeedBuilder()
            .trip("1", TRIP)
            .stop("S", location_type="1")
            .stop("S1", parent_station="S", stop_lat="1", stop_lon="1")
        )
        builder.row("transfers", from_stop_id="A", to_stop_id="B", transfer_type="2", min_transfer_time="600")
        builder.row("transfers", from_stop_id="B", to_stop_id="A", transfer_type="3")
        builder.row("transfers", from_stop_id="S1", to_stop_id="S1", transfer_type="2", min_transfer_time="90")
        builder.row("transfers", from_stop_id="C", to_stop_id="C", transfer_type="3")
        builder.row("transfers", from_stop_id="A", to_stop_id="A", transfer_type="0")
        builder.row("transfers", from_stop_id="A", to_stop_id="C", transfer_type="2")
        builder.row("transfers", from_stop_id="A", to_stop_id="X", transfer_type="0")
        builder.row("transfers", from_stop_id="A", to_stop_id="B", transfer_type="1", from_trip_id="1", to_trip_id="2")
        builder.row("transfers", from_stop_id="A", to_stop_id="B", transfer_type="3", from_route_id="R1")
        feed, issues = builder.read(tmp_path)
        assert {(path.from_stop, path.to_stop): path.seconds for path in feed.footpaths} == {
            ("A", "B"): 600,
            ("B", "A"): NO_TRANSFER_S,
            ("S", "S"): 90,
            ("C", "C"): NO_TRANSFER_S,
        }
        assert issues["between trips: counted, not used"].count == 1
        assert issues["between lines: counted, not used"].count == 1
        assert issues["no min_transfer_time or unknown type: left out"].count == 1
        assert issues["names an unknown stop: left out"].count == 1

    def test_translations_in_every_form(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP)
        by_record = {"table_name": "stops", "field_name": "stop_name", "language": "pl", "record_id": "A"}
        builder.row("translations", **by_record, translation="Stacja A")
        by_value = {"table_name": "stops", "field_name": "stop_name", "language": "hi", "field_value": "Station B"}
        builder.row("translations", **by_value, translation="स्टेशन")
        builder.row(
            "translations",
            table_name="agency",
            field_name="agency_name",
            language="pl",
            translation="x",
            record_id="DB",
        )
        builder.row("translations", **(by_record | {"record_id": "Z"}), translation="?")
        feed, issues = builder.read(tmp_path)
        assert {(alias.stop_id, alias.text, alias.language) for alias in feed.aliases} == {
            ("A", "Stacja A", "pl"),
            ("B", "स्टेशन", "hi"),
        }
        assert len(issues) == 2
        old = FeedBuilder().trip("1", TRIP).row("translations", trans_id="Station C", lang="fr", translation="Gare C")
        assert [(alias.stop_id, alias.language) for alias in old.read(tmp_path)[0].aliases] == [("C", "fr")]

    def test_fares_with_their_rules(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP)
        builder.row("fare_attributes", fare_id="p", price="2.50", currency_type="eur", transfers="")
        builder.row("fare_attributes", fare_id="q", price="5", currency_type="EUR", transfers="0", agency_id="DB")
        builder.row("fare_attributes", fare_id="bad", price="five", currency_type="EUR")
        builder.row("fare_attributes", fare_id="old", price="5", currency_type="DEM")
        builder.row("fare_rules", fare_id="p", origin_id="1", destination_id="3", contains_id="2")
        builder.row("fare_rules", fare_id="p", origin_id="1", destination_id="3", contains_id="5")
        builder.row("fare_rules", fare_id="p", route_id="R1").row("fare_rules", fare_id="z", route_id="R1")
        feed, issues = builder.read(tmp_path)
        first, second = feed.fares
        assert (str(first.price), first.currency, first.transfers, first.operator) == ("2.50", "EUR", None, None)
        assert [(rule.route_id, rule.origin_zone, rule.contains_zones) for rule in first.rules] == [
            (None, "1", ("2", "5")),
            ("R1", None, ()),
        ]
        assert (second.transfers, second.operator, second.rules) == (0, "DB", ())
        assert issues["no price, unknown currency or fare_id twice: left out"].count == 2
        assert issues["fare_id is unknown: left out"].count == 1

    def test_unknown_files_and_columns_are_told_once(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP).row("notes", note_id="1").row("levels", level_id="1")
        builder.row("feed_info", feed_publisher_name="Me", feed_lang="DE", feed_version="7", feed_mood="good")
        feed, issues = builder.read(tmp_path)
        assert (feed.publisher, feed.language, feed.version) == ("Me", "de", "7")
        assert {(issue.file, reason) for reason, issue in issues.items()} == {
            ("notes.txt", "unknown file: not used"),
            ("feed_info.txt", "unknown columns: not used"),
        }


def test_examples_are_bounded_and_counts_are_not(tmp_path: Path) -> None:
    builder = FeedBuilder().trip("good", TRIP)
    for i in range(40):
        builder.trip(str(i), "A 8:00:00")
    _, issues = builder.read(tmp_path)
    issue = issues["the trip has one call only: left out"]
    assert (issue.count, len(issue.examples)) == (40, 5)


class TestMistakesOfWholeFiles:
    @pytest.mark.parametrize("end", ["99991231", "20991231"])
    def test_a_calendar_without_end_is_cut_and_told(self, end: str, tmp_path: Path) -> None:
        builder = FeedBuilder().calendar("forever", "20260101", end).trip("1", TRIP, service="forever")
        running = days(builder, tmp_path)
        assert (len(running), running[0]) == (DAYS_MAX, day_number(date(2026, 1, 1)))
        _, issues = builder.read(tmp_path)
        assert issues[f"a calendar spans more than {DAYS_MAX} days: cut"].examples[0].detail == "forever"
        assert not [reason for reason in issues if "no date" in reason]

    def test_a_needed_column_twice_is_refused_by_name(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP)
        builder.raw["stops.txt"] = b"stop_id,stop_name,stop_id\nA,Alpha,x\nB,Beta,y\nC,Gamma,z\n"
        with pytest.raises(ImportRefused) as caught:
            builder.read(tmp_path)
        assert caught.value.facts["errors"] == [{"file": "stops.txt", "line": 1, "reason": "column stop_id twice"}]
        assert "stops.txt:1: column stop_id twice" in str(caught.value)

    def test_another_column_twice_is_told(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP)
        builder.raw["stops.txt"] = b"stop_id,stop_name,stop_name\nA,Alpha,x\nB,Beta,y\nC,Gamma,z\n"
        feed, issues = builder.read(tmp_path)
        assert [place.name for place in feed.places] == ["Alpha", "Beta", "Gamma"]
        assert issues["columns occur twice: the first counts"].examples[0].detail == "stop_name"

    def test_times_a_week_after_the_service_began_are_told(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", "A 8:00:00, B 167:59:59, C 168:00:00/200:00:00").trip("2", TRIP)
        feed, issues = builder.trip("3", "A 8:00:00, B 168:00:00").read(tmp_path)
        (late,) = [issue for reason, issue in issues.items() if "168:00:00" in reason]
        assert (late.file, late.count) == ("stop_times.txt", 4)
        assert sorted(feed.services.ref) == ["1", "2", "3"]
