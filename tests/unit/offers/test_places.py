"""Finding places: the index itself, and GET /v1/places."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from unit.offers.desks import Desk, open_desk
from unit.offers.worlds import World
from wayfare.kernel.errors import AmbiguousPlace, NotFound
from wayfare.services.catalogue import demo
from wayfare.services.catalogue.demo.source import read_network
from wayfare.services.offers.adapters.place_index import PlaceIndex
from wayfare.services.offers.adapters.place_names import plain, spellings


def germany() -> World:
    world = (
        World()
        .station("b", name="Berlin Hbf", code="BL", lat=52.525, lon=13.369)
        .station("bo", name="Berlin Ostbahnhof", code="BHF", lat=52.510, lon=13.435)
        .station("bb", name="Berlin Hbf", feed="bus", lat=52.5251, lon=13.3691)
        .station("m", name="München Hbf", code="MH", lat=48.140, lon=11.558)
        .station("m1", name="München Hbf Gleis 1", parent="m", platform="1", code="MH1")
        .station("fu", name="Fulda", code="FFU", lat=50.555, lon=9.684)
        .station("go", name="Göttingen", lat=51.536, lon=9.926)
        .station("hh", name="Hamburg Hbf")
        .station("ho", name="Homburg (Saar) Hbf")
        .station("nd", name="New Delhi", code="NDLS", lat=28.64, lon=77.22)
        .station("z1", name="Zürich HB")
        .station("z2", name="Zürich Flughafen")
        .station("z3", name="Sihlquai")
        .station("london", name="London King's Cross")
        .station("nowhere", name="Nirgendwo", code="BL2")
    )
    world.alias("nd", "नई दिल्ली", "hi").alias("m", "Munich Central", "en").alias("m", "Мюнхен-Главный", "ru")
    world.alias("z3", "Zürich", "de").alias("fu", "Фульда", "ru")
    world.service("1", "b 08:00 fu 10:00 m 12:00", days=tuple(range(20)))
    world.service("2", "bo 08:00 go 10:00 hh 12:00", days=(0, 1)).service(
        "3", "bb 09:00 m1 18:00", mode="coach", line="C"
    )
    return world.footpath("b", "bb", 120)


@pytest.fixture(scope="module")
def index() -> PlaceIndex:
    return PlaceIndex(germany().build())


class TestPlain:
    @pytest.mark.parametrize(
        ("text", "form"),
        [
            ("  Zürich   HB ", "zurich hb"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Łódź Fabryczna", "lodz fabryczna"),
            ("Ærøskøbing", "aeroskobing"),
            ("Hamburg Hauptbahnhof", "hamburg hbf"),
            ("London King’s Cross", "london kings cross"),
            ("Frankfurt(Main)Hbf", "frankfurt main hbf"),
            ("Αθήνα", "athina"),
            ("---", ""),
        ],
    )
    def test_is_lower_case_ascii_words(self, text: str, form: str) -> None:
        assert plain(text) == form

    def test_umlauts_are_written_in_two_ways(self) -> None:
        assert spellings("Köln") == {"koln", "koeln"}
        assert spellings("Bonn") == {"bonn"}


class TestGetPlace:
    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("f:b", "b"),
            ("f:m1", "m"),  # a platform means its station
            ("BL", "b"),
            ("ndls", "nd"),
            ("mh1", "m"),
            ("Fulda", "fu"),
            ("fulda", "fu"),
            ("ФУЛЬДА", "fu"),
            ("Berlin Hbf", "b"),  # two, joined by a footpath: the busier
            ("berlin hauptbahnhof", "b"),
            ("Muenchen Hbf", "m"),
            ("munchen", "m"),
            ("MÜNCHEN HBF", "m"),
            ("munich central", "m"),
            ("नई दिल्ली", "nd"),
            ("Fullda", "fu"),
            ("Gottigen", "go"),
            ("Göttnigen", "go"),
            ("muncehn hbf", "m"),
            ("kings cross", "london"),
            ("Sihlquai", "z3"),
            ("Homburg Hbf", "ho"),  # not Hamburg Hbf, though that is one letter away
            ("Hxmburg Hbf", "hh"),
            ("Saar Homburg", "ho"),
        ],
    )
    def test_is_meant(self, text: str, key: str, index: PlaceIndex) -> None:
        assert index.get_place(text, "from") == list(germany().stations).index(key)

    @pytest.mark.parametrize("text", ["Berlin", "Zürich", "zuerich", "Hbf", "Fuld", "Haamburg", "Hbf Berlin x"])
    def test_may_be_several(self, text: str, index: PlaceIndex) -> None:
        with pytest.raises(AmbiguousPlace) as refused:
            index.get_place(text, "to")
        candidates = refused.value.facts["candidates"]
        assert candidates
        assert set(candidates[0]) == {"id", "name", "code"}
        assert refused.value.detail.startswith("to: ")

    @pytest.mark.parametrize("text", ["Atlantis", "q", "!!", "f:unknown-stop-xyz", "qqqqqq"])
    def test_is_not_known(self, text: str, index: PlaceIndex) -> None:
        with pytest.raises((NotFound, AmbiguousPlace)) as refused:
            index.get_place(text, "from")
        assert refused.type is NotFound or text.startswith("f:")

    def test_the_same_code_in_two_places_far_apart(self) -> None:
        world = World().station("a", code="EE").station("b", code="ee").service("1", "a 08:00 b 09:00")
        with pytest.raises(AmbiguousPlace):
            PlaceIndex(world.build()).get_place("EE", "from")


class TestNamesOfOtherFeeds:
    """An exact name in one feed must not take the place of a city's main station in another."""

    def world(self, stop: str, departures: int) -> World:
        world = germany().station("stop", name=stop, feed="village").station("next", name="Weiter", feed="village")
        return world.service("v", "stop 08:00 next 09:00", days=tuple(range(departures)), feed="village")

    def test_a_stop_of_a_small_feed_makes_the_name_ambiguous(self) -> None:
        index = PlaceIndex(self.world("München", 3).build())
        with pytest.raises(AmbiguousPlace) as refused:
            index.get_place("München", "to")
        assert [each["id"] for each in refused.value.facts["candidates"]] == ["f:m", "village:stop"]
        assert index.timetable.place_id[index.get_place("village:stop", "to")] == "village:stop"
        assert index.timetable.place_id[index.get_place("München Hbf", "to")] == "f:m"

    def test_the_busier_one_bears_its_name_alone(self) -> None:
        index = PlaceIndex(self.world("München", 50).build())
        assert index.timetable.place_id[index.get_place("München", "to")] == "village:stop"

    def test_names_that_only_contain_it_are_no_rivals(self) -> None:
        index = PlaceIndex(self.world("Hbf", 1).build())
        assert index.timetable.place_id[index.get_place("Hbf", "to")] == "village:stop"

    def test_in_one_feed_the_exact_name_wins(self) -> None:
        world = germany().station("m0", name="München").service("0", "m0 08:00 fu 09:00")
        index = PlaceIndex(world.build())
        assert index.timetable.place_id[index.get_place("München", "to")] == "f:m0"


class TestChineseJapaneseKorean:
    @pytest.fixture
    def index(self) -> PlaceIndex:
        world = (
            World()
            .station("b", name="Berlin Hbf")
            .station("p", name="Paris Nord")
            .station("dub", name="Dublin")
            .station("dps", name="Bali")
            .station("hnd", name="Tokyo Haneda")
            .station("nrt", name="Tokyo Narita")
            .station("x", name="Bolin")
            .station("own", name="北京南站")
        )
        world.alias("b", "柏林中央车站", "zh").alias("p", "巴黎北站", "zh").alias("dub", "都柏林机场", "zh")
        world.alias("hnd", "東京国際空港（羽田）", "ja").alias("nrt", "東京・成田国際空港", "ja").alias(
            "b", "ベルリン", "ja"
        )
        return PlaceIndex(world.build())

    def ids(self, index: PlaceIndex, query: str) -> list[str]:
        return [index.timetable.place_id[match.station] for match in index.find_places(query, None, 9)]

    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("柏林", "f:b"),  # not Dublin, which contains it, nor Bolin, which it is transcribed to
            ("ベルリン", "f:b"),
            ("ﾍﾞﾙﾘﾝ", "f:b"),
            ("巴黎", "f:p"),
            ("都柏林", "f:dub"),
            ("羽田", "f:hnd"),
            ("成田国際空港", "f:nrt"),
            ("東京 成田", "f:nrt"),
            ("北京", "f:own"),
            ("Bali", "f:dps"),
            ("bolin", "f:x"),
        ],
    )
    def test_is_meant(self, text: str, place: str, index: PlaceIndex) -> None:
        assert index.timetable.place_id[index.get_place(text, "to")] == place
        assert self.ids(index, text)[0] == place

    def test_may_be_several(self, index: PlaceIndex) -> None:
        with pytest.raises(AmbiguousPlace):
            index.get_place("東京", "to")
        assert sorted(self.ids(index, "東京")) == ["f:hnd", "f:nrt"]

    @pytest.mark.parametrize("text", ["上海", "巴里", "・", "서울"])
    def test_is_never_likened_to_other_scripts(self, text: str, index: PlaceIndex) -> None:
        assert self.ids(index, text) == []
        with pytest.raises(NotFound):
            index.get_place(text, "to")


class TestDemonstrationNetwork:
    """Capitals, airports and large stations are found in Russian, Chinese and Japanese."""

    @pytest.fixture
    def index(self) -> PlaceIndex:
        world = World()
        for feed in read_network():
            for place in feed.places.values():
                key = f"{feed.feed_id}/{place.place_id}"
                world.station(key, name=place.name, code=place.code, feed=feed.feed_id)
                for language, name in place.names.items():
                    world.alias(key, name, language)
        links = Path(demo.__file__).parent / "links.csv"
        for row in csv.DictReader(links.read_text().splitlines()):
            ends = [f"{row[f'{side}_feed']}/{row[f'{side}_stop']}" for side in ("from", "to")]
            world.footpath(ends[0], ends[1], int(row["walk_s"]))
        return PlaceIndex(world.build())

    def found(self, text: str, index: PlaceIndex) -> set[str]:
        """The stations meant, or among which one has to choose."""
        try:
            stations = [index.timetable.place_id[index.get_place(text, "to")]]
        except AmbiguousPlace as error:
            stations = [str(each["id"]) for each in error.facts["candidates"]]
        return {station.rpartition("/")[2] for station in stations}

    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            ("Мюнхен 慕尼黑 ミュンヘン", {"muenchen", "MUC"}),
            ("Берлин 柏林 ベルリン", {"berlin-hbf", "berlin-ost", "berlin-suedkreuz", "berlin-zob", "BER"}),
            ("Париж 巴黎 パリ", {"paris-nord", "paris-lyon", "paris-est", "paris-montparnasse", "paris-bercy", "CDG"}),
            ("Токио 東京 东京", {"HND", "NRT"}),
            ("Пекин 北京", {"PEK"}),
            ("Шанхай 上海", {"PVG"}),
            ("Вена 维也纳 ウィーン", {"wien", "VIE"}),
            ("Рим 罗马 ローマ", {"roma", "FCO"}),
            ("Нью-Дели 新德里 ニューデリー", {"NDLS"}),
            ("Сингапур 新加坡 シンガポール", {"SIN"}),
            ("首尔 ソウル Сеул", {"ICN", "GMP"}),
        ],
    )
    def test_cities(self, texts: str, expected: set[str], index: PlaceIndex) -> None:
        for text in texts.split():
            assert self.found(text, index) <= expected, text

    def test_every_airport_has_names_in_the_three_languages(self) -> None:
        air = next(feed for feed in read_network() if feed.feed_id == "demo-air")
        assert all({"ru", "zh", "ja"} <= set(place.names) for place in air.places.values())


class TestFindPlaces:
    def names(self, index: PlaceIndex, query: str | None, near: tuple[float, float] | None = None) -> list[str]:
        return [index.timetable.place_name[match.station] for match in index.find_places(query, near, 5)]

    def test_the_busier_first(self, index: PlaceIndex) -> None:
        assert self.names(index, "berl")[0] == "Berlin Hbf"
        assert "Berlin Ostbahnhof" in self.names(index, "berl")

    def test_an_exact_name_before_a_longer_one(self, index: PlaceIndex) -> None:
        assert self.names(index, "Fulda") == ["Fulda"]

    def test_any_word_of_a_name(self, index: PlaceIndex) -> None:
        assert self.names(index, "ost")[0] == "Berlin Ostbahnhof"
        assert self.names(index, "cross")[0] == "London King's Cross"

    def test_forgives_slips(self, index: PlaceIndex) -> None:
        assert self.names(index, "munhcen")[0] == "München Hbf"
        assert self.names(index, "gottingne")[0] == "Göttingen"

    def test_in_any_script(self, index: PlaceIndex) -> None:
        assert self.names(index, "Мюнхен")[0] == "München Hbf"
        assert self.names(index, "दिल्ली") == ["New Delhi"]

    def test_by_code_first(self, index: PlaceIndex) -> None:
        assert self.names(index, "bl")[0] == "Berlin Hbf"

    def test_stations_not_platforms(self, index: PlaceIndex) -> None:
        assert "München Hbf Gleis 1" not in self.names(index, "München")

    def test_by_position(self, index: PlaceIndex) -> None:
        assert self.names(index, None, (50.5, 9.7))[:2] == ["Fulda", "Göttingen"]
        (nearest, *_) = index.find_places(None, (50.555, 9.684), 1)
        assert nearest.distance_m == 0
        degree_away = {
            index.timetable.place_name[m.station]: m.distance_m for m in index.find_places(None, (51.555, 9.684), 5)
        }
        assert degree_away["Fulda"] == pytest.approx(111_195, abs=5)

    def test_by_name_near_a_position(self, index: PlaceIndex) -> None:
        assert self.names(index, "Berlin", (52.51, 13.43))[0] == "Berlin Ostbahnhof"

    def test_nothing_like_it(self, index: PlaceIndex) -> None:
        assert self.names(index, "zzzz") == []

    def test_in_an_empty_timetable(self) -> None:
        index = PlaceIndex(World().build())
        assert index.find_places("x", None, 5) == []
        assert index.find_places(None, (0.0, 0.0), 5) == []
        with pytest.raises(NotFound):
            index.get_place("x", "from")


class TestGetPlaces:
    @pytest.fixture
    async def desk(self, tmp_path: Path) -> AsyncIterator[Desk]:
        async with open_desk(tmp_path, germany()) as opened:
            yield opened

    async def test_by_name(self, desk: Desk) -> None:
        answer = await desk.get("/v1/places", q="Fulda")
        assert answer.json() == {
            "items": [
                {
                    "id": "f:fu",
                    "name": "Fulda",
                    "code": "FFU",
                    "position": {"lat": 50.555, "lon": 9.684},
                    "time_zone": "UTC",
                    "modes": ["rail"],
                    "distance_m": None,
                }
            ],
            "next_cursor": None,
        }

    async def test_a_position_may_be_unknown(self, desk: Desk) -> None:
        (item,) = (await desk.get("/v1/places", q="Nirgendwo")).json()["items"]
        assert item["position"] is None
        assert item["modes"] == []

    async def test_pages(self, desk: Desk) -> None:
        seen: list[str] = []
        query = {"near": "50,10", "limit": "3"}
        while True:
            page = (await desk.get("/v1/places", **query)).json()
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert len(seen) == len(set(seen)) == 7

    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"q": ""},
            {"q": "x", "limit": "0"},
            {"near": "91,0"},
            {"near": "0,181"},
            {"near": "1;2"},
            {"near": "nan,1"},
            {"q": "x", "cursor": "zzz"},
            {"q": "x", "colour": "red"},
        ],
    )
    async def test_refused(self, query: dict[str, str], desk: Desk) -> None:
        answer = await desk.get("/v1/places", **query)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")

    async def test_ambiguous_places_are_told_with_candidates(self, desk: Desk) -> None:
        answer = await desk.get("/v1/offers", from_="Berlin", to="f:m", date="2026-06-15")
        assert (answer.status_code, answer.json()["code"]) == (422, "ambiguous_place")
        assert {"f:b", "bus:bb", "f:bo"} == {each["id"] for each in answer.json()["candidates"]}
