from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from wayfare.contracts.catalogue.fares import Tariff
from wayfare.contracts.catalogue.layout import Layout, LayoutRule, Unit
from wayfare.kernel.errors import ImportRefused
from wayfare.services.catalogue.adapters.package_data import default_layouts, default_tariffs
from wayfare.services.catalogue.domain.default_tariffs import tariffs_for
from wayfare.services.catalogue.domain.layout_files import read_layouts
from wayfare.services.catalogue.domain.layout_rules import LayoutChooser
from wayfare.services.catalogue.domain.tariff_files import covers, read_tariffs

LAYOUTS = {layout.code: layout for layout in default_layouts().layouts}


def unit(layout: str, unit_id: str) -> Unit:
    return next(unit for unit in LAYOUTS[layout].units if unit.unit_id == unit_id)


def by_cabin(layout: Layout) -> dict[str, int]:
    return dict(Counter(unit.cabin for unit in layout.units))


class TestOurLayouts:
    @pytest.mark.parametrize(
        ("code", "cabins"),
        [
            ("in-rake", {"1A": 24, "2A": 92, "3A": 256, "SL": 432}),
            ("eu-highspeed", {"first": 91, "second": 436}),
            ("regional-set", {"first": 12, "second": 166}),
            ("narrow-body", {"business": 8, "economy": 156}),
            ("regional-jet", {"economy": 76}),
            ("coach", {"standard": 49}),
            ("regional-bus", {"standard": 41}),
            ("ferry", {"standard": 250}),
        ],
    )
    def test_capacities(self, code: str, cabins: dict[str, int]) -> None:
        assert by_cabin(LAYOUTS[code]) == cabins

    @pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
    def test_no_two_units_are_drawn_on_one_another(self, layout: Layout) -> None:
        drawn = Counter((unit.coach, unit.deck, unit.row, unit.column) for unit in layout.units)
        assert drawn.most_common(1)[0][1] == 1
        assert len({unit.unit_id for unit in layout.units}) == len(layout.units)

    @pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
    def test_bays_lie_together(self, layout: Layout) -> None:
        bays: dict[tuple[str, int], list[Unit]] = {}
        for one in layout.units:
            bays.setdefault((one.coach, one.bay), []).append(one)
        for units in bays.values():
            assert len(units) <= 8
            assert max(unit.row for unit in units) - min(unit.row for unit in units) <= 1

    def test_indian_berths_are_numbered_by_the_rule(self) -> None:
        """SL and 3A: number modulo 8; 2A: modulo 6 (Indian Railways)."""
        kinds = {
            1: "lower",
            2: "middle",
            3: "upper",
            4: "lower",
            5: "middle",
            6: "upper",
            7: "side_lower",
            0: "side_upper",
        }
        for number in range(1, 73):
            assert kinds[number % 8] in unit("in-rake", f"S1-{number}").features
            assert unit("in-rake", f"S1-{number}").bay == (number - 1) // 8 + 1
        kinds = {1: "lower", 2: "upper", 3: "lower", 4: "upper", 5: "side_lower", 0: "side_upper"}
        for number in range(1, 47):
            assert kinds[number % 6] in unit("in-rake", f"A2-{number}").features

    def test_features_of_seats(self) -> None:
        assert unit("narrow-body", "20B").features == ("middle",)
        assert unit("narrow-body", "20A").features == ("window",)
        assert unit("narrow-body", "11C").features == ("aisle", "extra_legroom")
        assert "13A" not in {one.unit_id for one in LAYOUTS["narrow-body"].units}
        table = [one for one in LAYOUTS["eu-highspeed"].units if one.coach == "4" and "table" in one.features]
        assert len(table) == 3 * 8
        assert Counter((one.coach, one.bay) for one in table).most_common(1)[0][1] == 4
        assert any("accessible" in one.features for one in LAYOUTS["eu-highspeed"].units if one.cabin == "second")

    def test_counted_cabins(self) -> None:
        cabin = LAYOUTS["regional-bus"].cabins[0]
        assert (cabin.numbered, cabin.authorised) == (False, 41)


GOOD = """
[[layout]]
code = "x"
name = "X"
mode = "rail"
cabin = [{ code = "second", name = "Second", comfort = 2 }]
coach = [{ labels = ["1"], plan = "p" }]
[[layout.plan.p.block]]
cabin = "second"
seats = "AB.C"
rows = 2
"""


def errors_of(text: str) -> str:
    with pytest.raises(ImportRefused) as caught:
        read_layouts("x.toml", text)
    errors = caught.value.facts["errors"]
    assert all(error["file"] == "x.toml" for error in errors)
    return " | ".join(f"{error['key']}: {error['reason']}" for error in errors)


class TestLayoutFiles:
    def test_a_small_one(self) -> None:
        layouts, rules = read_layouts("x.toml", GOOD + '[[rule]]\nlayout = "x"\nline = "7"\n')
        assert [one.unit_id for one in layouts[0].units] == ["1-1A", "1-1B", "1-1C", "1-2A", "1-2B", "1-2C"]
        assert rules == (LayoutRule("x", line="7"),)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("[[layout", "not valid TOML"),
            (GOOD.replace("rows = 2", 'rows = "two"'), "layout[0].plan[...].block[0].rows: Expected `int`"),
            (GOOD.replace("rows = 2", "row = 2"), "unknown field `row`"),
            (GOOD.replace('mode = "rail"', 'mode = "rocket"'), "'rocket' is none of rail, coach, air, ferry"),
            (GOOD.replace('plan = "p"', 'plan = "q"'), "there is no plan 'q'"),
            (GOOD.replace('cabin = "second"', 'cabin = "third"'), "there is no cabin 'third'"),
            (GOOD.replace("rows = 2", "rows = 0"), "needs seats with rows"),
            (GOOD.replace("rows = 2", "rows = 2000"), "6000 units"),
            (GOOD.replace('labels = ["1"]', 'labels = ["1", "1"]'), "1-1A occurs twice"),
            (GOOD.replace("rows = 2", 'rows = 2\naccessible = ["9A"]'), "there is no seat '9A'"),
            (GOOD.replace('seats = "AB.C"\nrows = 2', 'bay = "LB XX"'), "the berths are LB"),
            (GOOD.replace('code = "x"', 'code = "a b"'), "layout[0] a b.code"),
            (GOOD + GOOD, "the code occurs twice"),
            (GOOD + '[[rule]]\nlayout = "x"\nmode = "bus"\n', "rule[0].mode"),
        ],
    )
    def test_what_is_wrong_is_named(self, text: str, told: str) -> None:
        assert told in errors_of(text)


class TestLayoutChooser:
    RULES = (
        LayoutRule("mode", mode="rail"),
        LayoutRule("feed", feed="f"),
        LayoutRule("operator", operator="o"),
        LayoutRule("line", line="l"),
        LayoutRule("service", service="42"),
        LayoutRule("later", feed="f"),
        LayoutRule("nowhere", service="t"),
    )
    CODES = ("mode", "feed", "operator", "line", "service", "later")

    @pytest.mark.parametrize(
        ("changes", "layout"),
        [
            ({}, "mode"),
            ({"mode": 1}, None),
            ({"feed": "f"}, "later"),
            ({"feed": "f", "operator": "o"}, "operator"),
            ({"feed": "f", "operator": "o", "line": "l"}, "line"),
            ({"number": "42", "line": "l"}, "service"),
            ({"ref": "42@08:00:00"}, "service"),
            ({"ref": "t"}, "mode"),
        ],
    )
    def test_the_most_specific_rule_wins(self, changes: dict[str, object], layout: str | None) -> None:
        service = {"feed": "g", "operator": "p", "line": "m", "ref": "r", "number": "1", "mode": 0} | changes
        assert LayoutChooser(self.RULES, self.CODES).find(**service) == layout  # type: ignore[arg-type]


TARIFF = """
[[tariff]]
code = "t"
currency = "EUR"
base = "1.50"
per_km = "0.10"
cabins = { first = "1.6" }
families = [{ code = "saver", name = "Saver", factor = "0.9", refund = [[24, "0.5"], [2, "0.8"]] }]
"""


class TestTariffFiles:
    def test_a_small_one(self) -> None:
        (tariff,) = read_tariffs("t.toml", TARIFF)
        assert (tariff.base, tariff.cabins["first"]) == (Decimal("1.50"), Decimal("1.6"))
        assert tariff.families[0].refund == ((24, Decimal("0.5")), (2, Decimal("0.8")))

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "there is no tariff"),
            (TARIFF.replace('"EUR"', '"DEM"'), "not an active ISO 4217 code"),
            (TARIFF.replace('"1.50"', '"-1"'), "base: must be a number of at least 0"),
            (TARIFF.replace('"1.50"', '"lots"'), "tariff[0].base"),
            (TARIFF.replace("base", 'fare_tax_rate = "-1"\nbase', 1), "fare_tax_rate: must be a number of at least 0"),
            (TARIFF.replace("per_km", "per_mile"), "unknown key"),
            (TARIFF.replace("[2,", "[48,"), "the hours must fall"),
            (TARIFF.replace('[2, "0.8"]', '[2, "8"]'), "share kept"),
            (TARIFF.replace("cabins", "cabin"), "tariff[0].cabin: unknown key"),
            (TARIFF.replace("refund =", "name_change = -1, refund ="), "hours before departure, at least 0"),
            (TARIFF + TARIFF, "the code occurs twice"),
            (TARIFF.replace("families", "mode = 'bus'\nfamilies"), "'bus' is none of"),
            (TARIFF.split("families", maxsplit=1)[0], "needs at least one fare family"),
        ],
    )
    def test_what_is_wrong_is_named(self, text: str, told: str) -> None:
        with pytest.raises(ImportRefused) as caught:
            read_tariffs("t.toml", text)
        assert told in " | ".join(f"{error['key']}: {error['reason']}" for error in caught.value.facts["errors"])


class TestDefaultTariffs:
    def test_every_mode_has_one_with_saver_and_flex(self) -> None:
        templates = default_tariffs()
        assert set(templates.by_mode) == {"rail", "coach", "air", "ferry"}
        for tariff in templates.by_mode.values():
            assert [family.code for family in tariff.families] == ["saver", "flex"]
            assert set(tariff.categories) == {"adult", "child", "senior", "student"}

    def test_they_price_every_cabin_of_our_layouts(self) -> None:
        templates = default_tariffs()
        for layout in LAYOUTS.values():
            assert {cabin.code for cabin in layout.cabins} <= templates.by_mode[layout.mode].cabins.keys()

    def test_currencies_follow_time_zones(self) -> None:
        zones = default_tariffs().currency_of_zone
        found = [
            zones[zone]
            for zone in ("Asia/Kolkata", "America/New_York", "Europe/Zurich", "Asia/Hong_Kong", "Europe/Madrid")
        ]
        assert found == ["INR", "USD", "CHF", "HKD", "EUR"]

    def test_amounts_are_converted_and_scoped_to_the_feed(self) -> None:
        (tariff,) = tariffs_for("f", ["rail"], "USD", default_tariffs())
        template = default_tariffs().by_mode["rail"]
        assert (tariff.code, tariff.feed, tariff.currency) == ("default-rail-f", "f", "USD")
        assert tariff.base == template.base * Decimal("1.1")
        (unknown,) = tariffs_for("f", ["rail"], "MGA", default_tariffs())
        assert (unknown.currency, unknown.base) == ("EUR", template.base)

    def test_what_covers_a_line(self) -> None:
        tariff = Tariff("t", "EUR", Decimal(1), Decimal(1), operator="o")
        assert covers([tariff], "f", "o", "l", "rail")
        assert not covers([tariff], "f", "p", "l", "rail")
