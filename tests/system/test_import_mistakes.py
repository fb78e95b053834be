"""Files that are no feeds: one line that says what is wrong, exit code 2, nothing half done."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from system.harness import Server, run_wayfare

pytestmark = pytest.mark.slow


def generation(server: Server) -> str:
    for line in server.get("/metrics").text.splitlines():
        if line.startswith("wayfare_timetable_generation "):
            return line
    raise AssertionError("no generation in the metrics")


def not_a_zip(path: Path) -> None:
    path.write_bytes(b"this is a letter, not a feed")


def empty_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w"):
        pass


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stops.txt", b"0" * 200_000_000)


def missing_files(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("agency.txt", "agency_name,agency_url,agency_timezone\nA,http://a,Europe/Berlin\n")


@pytest.mark.parametrize("make", [not_a_zip, empty_zip, bomb, missing_files])
def test_is_refused(make: object, server: Server, tmp_path: Path) -> None:
    before = generation(server)
    make(tmp_path / "feed.zip")  # type: ignore[operator]
    result = run_wayfare("import", "gtfs", str(tmp_path / "feed.zip"), data_dir=server.data_dir)
    assert result.returncode == 2, result.stdout
    assert result.stderr.startswith("wayfare: ")
    assert "Traceback" not in result.stderr
    assert generation(server) == before


def test_a_file_that_is_not_there(server: Server, tmp_path: Path) -> None:
    result = run_wayfare("import", "gtfs", str(tmp_path / "nowhere.zip"), data_dir=server.data_dir)
    assert result.returncode == 2
    assert "nowhere.zip does not exist" in result.stderr
