"""The demonstration network: complete, consistent, plausible, and true to the map."""

from __future__ import annotations

import csv
import io
import json
import os
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from wayfare.contracts.catalogue.fares import Tariff
from wayfare.services.catalogue import demo
from wayfare.services.catalogue.demo.expand import build_demo_feeds, departure_spells

FIRST_DAY = date(2026, 11, 21)
DEMO = Path(demo.__file__).parent
SHARED = Path(os.environ.get("WAYFARE_SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))

FEEDS = ("demo-rail-in", "demo-rail-eu", "demo-air", "demo-coach")
AIRPORTS = {"LHR", "CDG", "FRA", "MAD", "DEL", "BOM", "DXB", "SIN", "HND", "ICN", "JFK", "LAX", "SFO", "SYD"} | {
    "GRU",
    "JNB",
    "CAI",
    "IST",
    "PEK",
    "HKG",
}
LAYOUTS = {"in-rake", "eu-highspeed", "regional-set", "narrow-body", "regional-jet", "coach"}
# km/h between two calls, straight-line. Hops under 10 km are crawls through junctions.
SPEEDS = {
    "demo-rail-in": (30, 320),
    "demo-rail-eu": (30, 320),
    "demo-air": (300, 1000),
    "demo-coach": (30, 110),
}
# Their codes (CDG, EE, MAN) belong to Paris' airport, Essen and Manchester's airport as well.
WITHOUT_CODE = {"chandigarh", "eluru", "manchester"}
# Stations renamed since the reference was drawn.
FORMER_CODES = {"CSMT": "CSTM", "MMCT": "BCT", "VGLB": "JHS", "PRYJ": "ALD", "DDU": "MGS", "RKMP": "HBJ"}

Rows = list[dict[str, str]]
Feed = dict[str, Rows]


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Feed]:
    folder = tmp_path_factory.mktemp("demo")
    return {path.stem: read(path) for path in build_demo_feeds(folder, FIRST_DAY)}


def read(path: Path) -> Feed:
    with zipfile.ZipFile(path) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8")))) for name in archive.namelist()
        }


def read_csv(path: Path) -> Rows:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def seconds(clock: str) -> int:
    hours, minutes, secs = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(secs)


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    (lat1, lon1), (lat2, lon2) = ((radians(x), radians(y)) for x, y in (a, b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(h))


def positions(feed: Feed) -> dict[str, tuple[float, float]]:
    return {s["stop_id"]: (float(s["stop_lat"]), float(s["stop_lon"])) for s in feed["stops.txt"]}


def calls_by_trip(feed: Feed) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in feed["stop_times.txt"]:
        found.setdefault(row["trip_id"], []).append(row)
    return found


def stations(calls: Rows) -> list[str]:
    return [call["stop_id"].split(":")[0] for call in calls]


def running_on(feed: Feed, day: date) -> list[str]:
    weekday = day.strftime("%A").lower()
    ymd = f"{day:%Y%m%d}"
    removed = {c["service_id"] for c in feed["calendar_dates.txt"] if (c["date"], c["exception_type"]) == (ymd, "2")}
    regular = {
        c["service_id"] for c in feed["calendar.txt"] if c["start_date"] <= ymd <= c["end_date"] and c[weekday] == "1"
    }
    return [t["trip_id"] for t in feed["trips.txt"] if t["service_id"] in regular - removed]


def leg_km(feed: Feed, stops: list[str]) -> Decimal:
    at = positions(feed)
    return Decimal(sum(distance_km(at[a], at[b]) for a, b in pairwise(stops)))


class TestVolume:
    def test_at_least_300_services_run_on_every_day(self, feeds: dict[str, Feed]) -> None:
        for offset in range(121):
            day = FIRST_DAY + timedelta(days=offset)
            assert sum(len(running_on(feed, day)) for feed in feeds.values()) >= 300, day

    def test_every_feed_runs_on_the_first_and_on_the_last_day(self, feeds: dict[str, Feed]) -> None:
        assert tuple(feeds) == FEEDS
        for feed in feeds.values():
            assert running_on(feed, FIRST_DAY)
            assert running_on(feed, FIRST_DAY + timedelta(days=120))
            assert not running_on(feed, FIRST_DAY + timedelta(days=121))

    @pytest.mark.parametrize("feed_id", ["demo-air", "demo-coach"])
    def test_a_daily_service_leaves_once_on_each_local_day(self, feeds: dict[str, Feed], feed_id: str) -> None:
        feed = feeds[feed_id]
        zones = {s["stop_id"]: ZoneInfo(s["stop_timezone"]) for s in feed["stops.txt"]}
        first_call = {trip_id: calls[0] for trip_id, calls in calls_by_trip(feed).items()}
        numbers = {t["trip_id"]: t["trip_short_name"] for t in feed["trips.txt"]}
        clocks: dict[str, set[time]] = {}
        days: dict[str, list[date]] = {}
        for offset in range(-1, 121):
            day = FIRST_DAY + timedelta(days=offset)
            for trip_id in running_on(feed, day):
                call, number = first_call[trip_id], numbers[trip_id]
                leaves = datetime.combine(day, time(), UTC) + timedelta(seconds=seconds(call["departure_time"]))
                local = leaves.astimezone(zones[call["stop_id"]])
                clocks.setdefault(number, set()).add(local.time())
                days.setdefault(number, []).append(local.date())
        for number, found in days.items():
            assert len(clocks[number]) == 1, number
            assert sorted(found)[:121] == [FIRST_DAY + timedelta(days=n) for n in range(121)], number

    def test_airports_are_at_least_20_and_indian_trains_at_least_40(self, feeds: dict[str, Feed]) -> None:
        airports = {s["stop_code"] for s in feeds["demo-air"]["stops.txt"]}
        assert len(airports) >= 20
        assert airports >= AIRPORTS
        assert len(feeds["demo-rail-in"]["trips.txt"]) >= 40

    def test_delhi_and_mumbai_are_joined_by_night_trains_both_ways(self, feeds: dict[str, Feed]) -> None:
        ends = [(stations(c)[0], stations(c)[-1]) for c in calls_by_trip(feeds["demo-rail-in"]).values()]
        delhi, mumbai = {"NDLS", "NZM"}, {"MMCT", "CSMT"}
        assert sum(a in delhi and b in mumbai for a, b in ends) >= 5
        assert sum(a in mumbai and b in delhi for a, b in ends) >= 5
        way = next(stations(c) for c in calls_by_trip(feeds["demo-rail-in"]).values() if stations(c)[0] == "NZM")
        assert [s for s in way if s in {"MTJ", "KOTA", "RTM", "BRC", "ST"}] == [
            "MTJ",
            "KOTA",
            "RTM",
            "BRC",
            "ST",
        ]

    def test_one_train_has_30_calls_and_two_nights(self, feeds: dict[str, Feed]) -> None:
        assert any(
            len(calls) >= 30 and seconds(calls[-1]["arrival_time"]) // 86400 == 2
            for calls in calls_by_trip(feeds["demo-rail-in"]).values()
        )


class TestReferences:
    @pytest.mark.parametrize("feed_id", FEEDS)
    def test_every_reference_resolves_and_ids_are_unique(self, feeds: dict[str, Feed], feed_id: str) -> None:
        feed = feeds[feed_id]
        ids = {
            name: [row[key] for row in feed[f"{name}.txt"]]
            for name, key in (
                ("agency", "agency_id"),
                ("stops", "stop_id"),
                ("routes", "route_id"),
                ("trips", "trip_id"),
                ("calendar", "service_id"),
            )
        }
        for name, values in ids.items():
            assert len(values) == len(set(values)), name
        assert {r["agency_id"] for r in feed["routes.txt"]} == set(ids["agency"])
        assert {t["route_id"] for t in feed["trips.txt"]} == set(ids["routes"])
        assert {t["service_id"] for t in feed["trips.txt"]} == set(ids["calendar"])
        assert {c["trip_id"] for c in feed["stop_times.txt"]} == set(ids["trips"])
        stops = set(ids["stops"])
        assert {c["stop_id"] for c in feed["stop_times.txt"]} <= stops
        assert {s["parent_station"] for s in feed["stops.txt"]} <= stops | {""}
        assert {r["record_id"] for r in feed["translations.txt"]} <= stops
        assert {t[k] for t in feed["transfers.txt"] for k in ("from_stop_id", "to_stop_id")} <= stops
        assert {a["agency_timezone"] for a in feed["agency.txt"]} == {feed["agency.txt"][0]["agency_timezone"]}

    def test_nothing_calls_at_a_station_that_has_platforms(self, feeds: dict[str, Feed]) -> None:
        for feed in feeds.values():
            parents = {s["stop_id"] for s in feed["stops.txt"] if s["location_type"] == "1"}
            assert parents.isdisjoint(c["stop_id"] for c in feed["stop_times.txt"])

    def test_links_and_layouts_name_what_exists(self, feeds: dict[str, Feed]) -> None:
        stops = {(f, s["stop_id"]) for f, feed in feeds.items() for s in feed["stops.txt"]}
        routes = {(f, r["route_id"]) for f, feed in feeds.items() for r in feed["routes.txt"]}
        for link in read_csv(DEMO / "links.csv"):
            assert {(link["from_feed"], link["from_stop"]), (link["to_feed"], link["to_stop"])} <= stops
            assert 0 < int(link["walk_s"]) <= 7200 + 1800
        rules = read_csv(DEMO / "layout_assignments.csv")
        assert {r["layout_code"] for r in rules} == LAYOUTS
        assert {r["feed_id"] for r in rules if not r["route_id"] and not r["trip_id"]} == set(FEEDS)
        assert {(r["feed_id"], r["route_id"]) for r in rules if r["route_id"]} <= routes

    def test_links_are_no_longer_than_a_ride_across_a_city(self, feeds: dict[str, Feed]) -> None:
        at = {f: positions(feed) for f, feed in feeds.items()}
        for link in read_csv(DEMO / "links.csv"):
            a, b = at[link["from_feed"]][link["from_stop"]], at[link["to_feed"]][link["to_stop"]]
            assert distance_km(a, b) <= 50, link
            assert distance_km(a, b) / int(link["walk_s"]) * 3600 <= 60, link


class TestPlaces:
    def test_every_place_has_a_position_a_code_and_a_zone(self, feeds: dict[str, Feed]) -> None:
        for feed in feeds.values():
            for stop in feed["stops.txt"]:
                assert stop["stop_code"] or stop["stop_id"].split(":")[0] in WITHOUT_CODE
                assert -60 < float(stop["stop_lat"]) < 70
                assert -180 < float(stop["stop_lon"]) < 180
                assert len(stop["stop_lat"].partition(".")[2]) >= 4
                assert ZoneInfo(stop["stop_timezone"])

    def test_codes_name_one_place_in_the_whole_network(self, feeds: dict[str, Feed]) -> None:
        codes = [s["stop_code"] for f in feeds.values() for s in f["stops.txt"] if not s["parent_station"]]
        assert {code for code in codes if code and codes.count(code) > 1} == set()

    @pytest.mark.parametrize(
        ("feed_id", "stop_id", "language", "name"),
        [
            ("demo-rail-in", "NDLS", "hi", "नई दिल्ली"),
            ("demo-rail-in", "MAS", "ta", "சென்னை சென்ட்ரல்"),
            ("demo-rail-eu", "muenchen", "en", "Munich Hbf"),
            ("demo-rail-eu", "kyiv", "uk", "Київ-Пасажирський"),
            ("demo-rail-eu", "athina", "el", "Αθήνα"),
            ("demo-air", "HND", "ja", "東京国際空港（羽田）"),
            ("demo-air", "CAI", "ar", "مطار القاهرة الدولي"),
        ],
    )
    def test_names_come_in_their_own_script(
        self, feeds: dict[str, Feed], feed_id: str, stop_id: str, language: str, name: str
    ) -> None:
        rows = feeds[feed_id]["translations.txt"]
        assert [r["translation"] for r in rows if (r["record_id"], r["language"]) == (stop_id, language)] == [name]

    def test_airports_lie_where_the_reference_says(self, feeds: dict[str, Feed]) -> None:
        path = SHARED / "air" / "airportsdata-airports.csv"
        if not path.exists():
            pytest.skip(f"reference airports are not at {path}")
        reference = {r["iata"]: r for r in read_csv(path) if r["iata"]}
        for stop in feeds["demo-air"]["stops.txt"]:
            truth = reference[stop["stop_id"]]
            here = (float(stop["stop_lat"]), float(stop["stop_lon"]))
            assert distance_km(here, (float(truth["lat"]), float(truth["lon"]))) <= 5, stop["stop_id"]
            assert stop["stop_timezone"] == truth["tz"]

    def test_indian_stations_lie_where_the_reference_says(self, feeds: dict[str, Feed]) -> None:
        path = SHARED / "rail" / "india" / "datameet-stations.geojson"
        if not path.exists():
            pytest.skip(f"reference stations are not at {path}")
        reference = {
            feature["properties"]["code"]: feature["geometry"]["coordinates"]
            for feature in json.loads(path.read_text(encoding="utf-8"))["features"]
            if feature["geometry"]
        }
        checked = 0
        for stop in feeds["demo-rail-in"]["stops.txt"]:
            code = FORMER_CODES.get(stop["stop_code"], stop["stop_code"])
            if code not in reference:
                continue
            lon, lat = reference[code][:2]
            assert distance_km((float(stop["stop_lat"]), float(stop["stop_lon"])), (lat, lon)) <= 5, code
            checked += 1
        assert checked >= 200


class TestTimes:
    @pytest.mark.parametrize("feed_id", FEEDS)
    def test_times_grow_and_speeds_are_plausible(self, feeds: dict[str, Feed], feed_id: str) -> None:
        at = positions(feeds[feed_id])
        slowest, fastest = SPEEDS[feed_id]
        for trip_id, calls in calls_by_trip(feeds[feed_id]).items():
            assert len(calls) >= 2
            assert [int(c["stop_sequence"]) for c in calls] == list(range(1, len(calls) + 1))
            assert len(set(stations(calls))) == len(calls)
            for a, b in pairwise(calls):
                assert seconds(a["arrival_time"]) <= seconds(a["departure_time"]) < seconds(b["arrival_time"])
                km = distance_km(at[a["stop_id"]], at[b["stop_id"]])
                kmh = km / (seconds(b["arrival_time"]) - seconds(a["departure_time"])) * 3600
                assert kmh <= fastest, (trip_id, a["stop_id"], b["stop_id"])
                assert kmh >= slowest or km < 10, (trip_id, a["stop_id"], b["stop_id"])

    def test_local_times_hold_when_clocks_change(self) -> None:
        spells = departure_spells(9 * 60, "Europe/London", "UTC", date(2026, 3, 1), 60)
        assert [(s.departure_s // 3600, s.first, s.last) for s in spells] == [
            (9, date(2026, 3, 1), date(2026, 3, 28)),
            (8, date(2026, 3, 29), date(2026, 4, 29)),
        ]

    def test_an_early_departure_east_of_greenwich_belongs_to_the_day_before(self) -> None:
        (spell,) = departure_spells(7 * 60, "Asia/Tokyo", "UTC", FIRST_DAY, 10)
        assert (spell.departure_s, spell.day_shift) == (22 * 3600, 1)
        assert (spell.first, spell.last) == (FIRST_DAY - timedelta(days=1), FIRST_DAY + timedelta(days=9))

    def test_trips_keep_their_ids_when_built_on_another_day(self, tmp_path: Path, feeds: dict[str, Feed]) -> None:
        later = [read(p) for p in build_demo_feeds(tmp_path, FIRST_DAY + timedelta(days=3))]
        for old, new in zip(feeds.values(), later, strict=True):
            assert {t["trip_id"] for t in old["trips.txt"]} == {t["trip_id"] for t in new["trips.txt"]}


class TestBytes:
    def test_equal_arguments_give_equal_bytes(self, tmp_path: Path) -> None:
        first, second = (build_demo_feeds(tmp_path / name, FIRST_DAY, days=30) for name in ("a", "b"))
        assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]

    def test_no_days_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError):
            build_demo_feeds(tmp_path, FIRST_DAY, days=0)


@pytest.fixture(scope="module")
def tariffs() -> dict[str, Tariff]:
    raw: dict[str, Any] = tomllib.loads((DEMO / "tariffs.toml").read_text(encoding="utf-8"))
    return {t.code: t for t in msgspec.convert(raw["tariff"], list[Tariff])}


@dataclass(frozen=True)
class World:
    feeds: dict[str, Feed]
    tariffs: dict[str, Tariff]


@pytest.fixture(scope="module")
def world(feeds: dict[str, Feed], tariffs: dict[str, Tariff]) -> World:
    return World(feeds, tariffs)


class TestTariffs:
    def test_every_operator_has_a_tariff(self, tariffs: dict[str, Tariff], feeds: dict[str, Feed]) -> None:
        for feed_id, operator in unpriced(tariffs, feeds):
            pytest.fail(f"{operator} in {feed_id} has no tariff")

    def test_currencies_include_ones_without_minor_units(self, tariffs: dict[str, Tariff]) -> None:
        assert {"INR", "EUR", "USD", "JPY", "KRW"} <= {t.currency for t in tariffs.values()}

    def test_every_tariff_has_families_and_categories(self, tariffs: dict[str, Tariff]) -> None:
        for tariff in tariffs.values():
            assert {"flex"} <= {f.code for f in tariff.families} <= {"saver", "flex"}
            assert set(tariff.categories) == {"adult", "child", "senior", "student"}
            assert tariff.categories["adult"] == 1

    @pytest.mark.parametrize(
        ("code", "leg", "cabin_and_family", "between"),
        [
            ("rail-india", "NDLS KOTA NAD RTM BRC ST BVI MMCT", "SL saver", (600, 800)),
            ("rail-india", "NDLS KOTA NAD RTM BRC ST BVI MMCT", "1A saver", (4200, 5200)),
            ("rail-europe", "berlin-hbf halle erfurt nuernberg muenchen", "second saver", (55, 75)),
            ("rail-europe", "berlin-hbf halle erfurt nuernberg muenchen", "second flex", (85, 110)),
            ("flights-atlantic", "CDG JFK", "economy saver", (300, 400)),
            ("flights-atlantic", "CDG JFK", "economy flex", (450, 650)),
            ("flights-japan", "HND KIX", "economy saver", (8_000, 20_000)),
            ("flights-korea", "GMP CJU", "economy flex", (50_000, 130_000)),
            ("coach-india", "IN-DEL IN-JAI", "seat saver", (300, 600)),
            ("coach-europe", "berlin-zob leipzig-bus muenchen-zob", "seat saver", (20, 45)),
        ],
    )
    def test_fares_have_a_realistic_size(
        self, world: World, code: str, leg: str, cabin_and_family: str, between: tuple[int, int]
    ) -> None:
        tariff = world.tariffs[code]
        cabin, family = cabin_and_family.split()
        assert tariff.feed is not None
        fare = max(tariff.minimum, tariff.base + tariff.per_km * leg_km(world.feeds[tariff.feed], leg.split()))
        fare *= tariff.cabins.get(cabin, Decimal(1)) * next(f.factor for f in tariff.families if f.code == family)
        assert between[0] <= fare * (1 + tariff.tax_rate) + tariff.tax_fixed <= between[1]


def unpriced(tariffs: dict[str, Tariff], feeds: dict[str, Feed]) -> Iterator[tuple[str, str]]:
    covered = {(t.feed, t.operator) for t in tariffs.values() if t.line is None}
    for feed_id, feed in feeds.items():
        for agency in feed["agency.txt"]:
            if covered.isdisjoint({(feed_id, agency["agency_id"]), (feed_id, None)}):
                yield feed_id, agency["agency_id"]
