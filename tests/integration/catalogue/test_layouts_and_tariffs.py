from __future__ import annotations

from pathlib import Path

import pytest

from integration.catalogue.world import CatalogueWorld
from unit.catalogue.feeds import FeedBuilder
from unit.catalogue.test_layouts import GOOD, TARIFF
from wayfare.contracts.catalogue.timetable import NOT_SOLD
from wayfare.kernel.errors import ImportRefused

TRIP = "A 8:00:00, B 9:00:00"


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def layout_of(world: CatalogueWorld, ref: str) -> str | None:
    layout = world.timetable.layout_of(world.index(ref))
    return layout.code if layout else None


class TestLayouts:
    async def test_services_get_the_layout_of_the_most_specific_rule(
        self, world: CatalogueWorld, tmp_path: Path
    ) -> None:
        await world.load(FeedBuilder().trip("t1", TRIP).trip("t2", TRIP))
        rules = '[[rule]]\nlayout = "x"\nservice = "t1"\n[[rule]]\nlayout = "eu-highspeed"\nfeed = "f"\n'
        report = await world.use.import_layouts(file(tmp_path, "ours.toml", GOOD + rules))
        assert (report.layouts, report.rules, report.services_changed, report.changed) == (1, 2, 2, True)
        assert (layout_of(world, "t1"), layout_of(world, "t2")) == ("x", "eu-highspeed")
        again = await world.use.import_layouts(tmp_path / "ours.toml")
        assert (again.changed, again.generation) == (False, report.generation)
        await world.load(FeedBuilder().trip("t1", TRIP).trip("t3", TRIP))
        assert (layout_of(world, "t1"), layout_of(world, "t3")) == ("x", "eu-highspeed")
        await world.use.import_layouts(file(tmp_path, "ours.toml", GOOD))
        assert (layout_of(world, "t1"), layout_of(world, "t3")) == ("regional-set", "regional-set")

    async def test_sold_seats_keep_their_layout(self, world: CatalogueWorld, tmp_path: Path) -> None:
        await world.load(FeedBuilder().trip("t1", TRIP).trip("t2", TRIP))
        world.inventory.sell(f"20260701-{world.number('t1')}")
        rule = '[[rule]]\nlayout = "x"\nfeed = "f"\n'
        report = await world.use.import_layouts(file(tmp_path, "ours.toml", GOOD + rule))
        assert report.kept_sold == (world.number("t1"),)
        assert (layout_of(world, "t1"), layout_of(world, "t2")) == ("regional-set", "x")
        imported = await world.load(FeedBuilder().trip("t1", TRIP).trip("t2", TRIP), force=True)
        assert [change.kind for change in imported.changes] == ["layout_kept"]
        assert layout_of(world, "t1") == "regional-set"

    async def test_a_layout_with_sold_seats_keeps_its_units(self, world: CatalogueWorld, tmp_path: Path) -> None:
        await world.load(FeedBuilder().trip("t1", TRIP))
        rule = '[[rule]]\nlayout = "x"\nfeed = "f"\n'
        await world.use.import_layouts(file(tmp_path, "ours.toml", GOOD + rule))
        world.inventory.sell(f"20260701-{world.number('t1')}")
        before = await world.rows()
        with pytest.raises(ImportRefused) as caught:
            await world.use.import_layouts(file(tmp_path, "ours.toml", GOOD.replace("rows = 2", "rows = 3") + rule))
        assert caught.value.facts["errors"][0]["key"] == "layout x"
        assert await world.rows() == before
        renamed = GOOD.replace('name = "X"', 'name = "New name"') + rule
        assert (await world.use.import_layouts(file(tmp_path, "ours.toml", renamed))).changed

    async def test_a_rule_for_no_layout_is_refused(self, world: CatalogueWorld, tmp_path: Path) -> None:
        with pytest.raises(ImportRefused, match="there is no layout 'nowhere'"):
            await world.use.import_layouts(file(tmp_path, "ours.toml", '[[rule]]\nlayout = "nowhere"\n'))
        with pytest.raises(ImportRefused, match="cannot be read"):
            await world.use.import_layouts(tmp_path / "missing.toml")

    async def test_without_a_layout_nothing_is_sold(self, world: CatalogueWorld) -> None:
        await world.load(FeedBuilder().trip("t1", TRIP))
        await world.database.execute("UPDATE catalogue.services SET layout = NULL")
        await world.database.execute("INSERT INTO catalogue.publications VALUES (9, 0, 'test')")
        await world.use.publish_timetable()
        assert world.timetable.service_status.tolist() == [NOT_SOLD]


class TestTariffs:
    async def test_they_take_the_place_of_the_defaults(self, world: CatalogueWorld, tmp_path: Path) -> None:
        await world.load(FeedBuilder().trip("t1", TRIP))
        assert [tariff.code for tariff in world.timetable.meta.tariffs] == ["default-rail-f"]
        report = await world.use.import_tariffs(file(tmp_path, "prices.toml", TARIFF))
        assert (report.source, report.tariffs, report.changed) == ("prices", 1, True)
        assert [tariff.code for tariff in world.timetable.meta.tariffs] == ["t"]
        assert not (await world.use.import_tariffs(tmp_path / "prices.toml")).changed
        await world.use.import_tariffs(file(tmp_path, "prices.toml", TARIFF.replace('"t"', '"u"\nmode = "air"')))
        assert [tariff.code for tariff in world.timetable.meta.tariffs] == ["u", "default-rail-f"]


class TestLinks:
    async def test_they_lead_from_feed_to_feed_both_ways(self, world: CatalogueWorld, tmp_path: Path) -> None:
        await world.load(FeedBuilder().trip("t1", TRIP), "one")
        far = FeedBuilder().trip("t1", TRIP)
        for row in far.tables["stops.txt"]:
            row["stop_lat"] = "1"
        await world.load(far, "two")
        rows = "from_feed,from_stop,to_feed,to_stop,walk_s\none,A,two,B,900\none,A,three,B,900\n"
        await world.use.import_links(file(tmp_path, "links.csv", rows))
        timetable = world.timetable
        found = zip(timetable.foot_from.tolist(), timetable.foot_to.tolist(), timetable.foot_s.tolist(), strict=True)
        walks = {(timetable.place_id[start], timetable.place_id[end]): seconds for start, end, seconds in found}
        assert walks == {("one:A", "two:B"): 900, ("two:B", "one:A"): 900}
        with pytest.raises(ImportRefused, match="walk_s"):
            await world.use.import_links(file(tmp_path, "links.csv", rows.replace("900", "soon")))
