"""Real feeds of operators: what the manifest counts comes out, and what is odd about each is told."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from integration.catalogue.world import CatalogueWorld

# Services and calls kept, and the issues told, by feed.
EXPECTED = {
    "rail/google-sample-feed-1.zip": (144, 600, 14),
    "rail/caltrain-2023.zip": (176, 3_498, 4),
    "rail/amtrak-2026-noshapes.zip": (1_772, 21_680, 148),
    "rail/amtrak-2024.zip": (3_832, 41_941, 152),
    "rail/renfe-ave-ld-md-2022.zip": (14_141, 90_469, 0),
    "rail/db-fernverkehr-2016.zip": (5_575, 79_734, 0),
    "rail/gtfsde-fernverkehr-2025.zip": (4_845, 47_270, 18),
    "rail/mtr-highspeedrail-hk-2026.zip": (82, 198, 174),
    "rail/metro-north-2026-LARGE.zip": (23_576, 307_098, 11_037),
    "coach/flixbus-eu-2024-subset.zip": (142, 799, 93),
    "coach/flixbus-de-2013.zip": (1_075, 4_744, 2),
    "coach/concord-coach-2025.zip": (124, 402, 554),
}


def manifest(shared_data: Path) -> dict[str, dict[str, str]]:
    with (shared_data / "MANIFEST-gtfs.tsv").open(encoding="utf-8") as file:
        return {row["path"].removeprefix("dev/"): row for row in csv.DictReader(file, delimiter="\t")}


@pytest.mark.parametrize("path", EXPECTED)
async def test_counts_are_those_of_the_manifest(world: CatalogueWorld, shared_data: Path, path: str) -> None:
    told = manifest(shared_data)[path]
    report = await world.use.import_feed(shared_data / path)
    for name in ("stops", "routes", "trips", "stop_times"):
        assert report.rows_read[f"{name}.txt"] == int(told[name]), name
    services, calls, issues = EXPECTED[path]
    assert report.services.total == services
    assert report.kept["stop_times.txt"] <= report.rows_read["stop_times.txt"]
    assert sum(issue.count for issue in report.issues) == issues
    assert all(issue.file and issue.reason and len(issue.examples) <= 5 for issue in report.issues)
    timetable = world.timetable
    assert len(timetable.service_no) == services
    assert len(timetable.call_place) == calls
    assert report.services.not_sold == 0
    inner = np.ones(calls, dtype=bool)
    inner[timetable.call_start[:-1]] = False
    assert (timetable.call_dep_s >= timetable.call_arr_s).all()
    assert (timetable.call_arr_s[1:] >= timetable.call_dep_s[:-1])[inner[1:]].all()
    assert (timetable.call_distance_m[1:] >= timetable.call_distance_m[:-1])[inner[1:]].all()
    if calls < 50_000:
        again = await world.use.import_feed(shared_data / path, force=True)
        assert (again.changed, again.generation) == (False, report.generation)


class TestOddities:
    async def test_time_zones_and_nights(self, world: CatalogueWorld, shared_data: Path) -> None:
        await world.use.import_feed(shared_data / "rail/db-fernverkehr-2016.zip")
        timetable = world.timetable
        zones = {timetable.meta.time_zones[zone] for zone in timetable.place_tz.tolist()}
        assert "Europe/Moscow" in zones
        assert all(zone == zone.strip() for zone in zones)
        assert timetable.call_arr_s.max() > 57 * 3600

    async def test_names_in_other_languages(self, world: CatalogueWorld, shared_data: Path) -> None:
        await world.use.import_feed(shared_data / "rail/mtr-highspeedrail-hk-2026.zip")
        languages = set(world.timetable.alias_language)
        assert {"en", "zh-CN"} <= languages
        assert world.timetable.meta.tariffs[0].currency in ("HKD", "CNY")

    async def test_platforms_and_fares(self, world: CatalogueWorld, shared_data: Path) -> None:
        await world.use.import_feed(shared_data / "rail/caltrain-2023.zip")
        timetable = world.timetable
        platform = list(timetable.place_id).index("caltrain-2023:70021")
        assert timetable.place_id[int(timetable.place_station[platform])] == "caltrain-2023:22nd_street"
        assert timetable.meta.fares["caltrain-2023"][0].rules
        assert (timetable.service_shape >= 0).any()

    async def test_all_feeds_together(self, world: CatalogueWorld, shared_data: Path) -> None:
        small = [path for path, (_, calls, _) in EXPECTED.items() if calls < 5_000]
        for path in small:
            await world.use.import_feed(shared_data / path)
        assert len(world.timetable.meta.feeds) == len(small)
        assert len(world.timetable.service_no) == sum(EXPECTED[path][0] for path in small)


PEAK = """import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)"""
"""Run by a small process: what a large one starts counts as large as that was."""


@pytest.mark.slow
def test_the_large_feed_is_read_in_little_memory(database_url: str, tmp_path: Path, shared_data: Path) -> None:
    """The goal: 307,098 stop_times in under 500 MB. `wayfare bench` says how long it takes."""
    feed = shared_data / "rail/metro-north-2026-LARGE.zip"
    settings = {"WAYFARE_DATABASE_URL": database_url, "WAYFARE_DATA_DIR": str(tmp_path)}
    imported = subprocess.run(
        [sys.executable, "-c", PEAK, sys.executable, "-m", "wayfare", "import", "gtfs", feed],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert "307,098" in imported.stdout
    assert int(imported.stdout.splitlines()[-1]) < 500 * 1024
