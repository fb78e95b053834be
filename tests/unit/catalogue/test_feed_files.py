from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from unit.catalogue.feeds import FeedBuilder, calls_of, read_feed
from wayfare.kernel.errors import ImportRefused
from wayfare.services.catalogue.adapters.feed_files import FeedLimits

TRIP = "A 8:00:00, B 9:00:00"


def refusal(path: Path, limits: FeedLimits | None = None) -> list[dict[str, object]]:
    with pytest.raises(ImportRefused) as caught:
        read_feed(path, limits)
    errors: list[dict[str, object]] = caught.value.facts["errors"]
    assert errors
    assert all({"file", "line", "reason"} <= error.keys() for error in errors)
    return errors


def reasons(errors: list[dict[str, object]]) -> str:
    return " | ".join(f"{error['file']}:{error['line']}: {error['reason']}" for error in errors)


class TestOpening:
    def test_zip_folder_and_root_folder_are_the_same_feed(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP)
        paths = [
            builder.zip(tmp_path / "a.zip"),
            builder.folder(tmp_path / "b"),
            builder.zip(tmp_path / "c.zip", "gtfs/x/"),
        ]
        assert len({str(calls_of(read_feed(path)[0], "1")) for path in paths}) == 1

    def test_not_a_zip(self, tmp_path: Path) -> None:
        path = tmp_path / "feed.zip"
        path.write_bytes(b"%PDF-1.7 not a feed")
        assert "not a zip archive" in reasons(refusal(path))

    def test_no_such_file(self, tmp_path: Path) -> None:
        assert "cannot be read" in reasons(refusal(tmp_path / "nothing.zip"))

    def test_everything_missing_is_told_at_once(self, tmp_path: Path) -> None:
        path = (
            FeedBuilder()
            .trip("1", TRIP)
            .without("stops.txt", "calendar.txt")
            .file("trips.txt", "trip_id\n1\n")
            .zip(tmp_path / "f.zip")
        )
        told = reasons(refusal(path))
        for part in ("stops.txt:0: the file is missing", "calendar.txt:0: neither", "trips.txt:1: the column route_id"):
            assert part in told

    def test_a_file_without_content(self, tmp_path: Path) -> None:
        path = FeedBuilder().trip("1", TRIP).file("stops.txt", b"\xef\xbb\xbf").zip(tmp_path / "f.zip")
        assert "stops.txt:0: the file is empty" in reasons(refusal(path))

    def test_a_damaged_archive(self, tmp_path: Path) -> None:
        path = FeedBuilder().trip("1", TRIP).zip(tmp_path / "f.zip")
        data = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as archive:
            start = archive.getinfo("stop_times.txt").header_offset + 30 + len("stop_times.txt")
        data[start : start + 20] = bytes(20)
        path.write_bytes(data)
        assert "damaged" in reasons(refusal(path))

    def test_an_encrypted_file(self, tmp_path: Path) -> None:
        path = FeedBuilder().trip("1", TRIP).zip(tmp_path / "f.zip")
        data = path.read_bytes()
        at = data.index(b"PK\x01\x02") + 8
        path.write_bytes(data[:at] + struct.pack("<H", 1) + data[at + 2 :])
        assert "encrypted" in reasons(refusal(path))


class TestBombs:
    LIMITS = FeedLimits(ratio=100, ratio_free_bytes=1 << 20)

    def test_what_unpacks_to_many_times_its_size(self, tmp_path: Path) -> None:
        path = FeedBuilder().trip("1", TRIP).file("shapes.txt", b"0" * (8 << 20)).zip(tmp_path / "f.zip")
        assert "times its size" in reasons(refusal(path, self.LIMITS))

    def test_what_unpacks_to_more_than_is_allowed(self, tmp_path: Path) -> None:
        path = FeedBuilder().trip("1", TRIP).zip(tmp_path / "f.zip")
        assert "unpacks to" in reasons(refusal(path, FeedLimits(total_bytes=100)))
        assert "the file has" in reasons(refusal(path, FeedLimits(file_bytes=50)))
        assert "the archive has" in reasons(refusal(path, FeedLimits(archive_bytes=50)))

    def test_too_many_members(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP)
        for i in range(20):
            builder.file(f"extra{i}.txt", b"")
        assert "members" in reasons(refusal(builder.zip(tmp_path / "f.zip"), FeedLimits(members=10)))

    def test_a_size_that_lies_is_found_out(self, tmp_path: Path) -> None:
        """The directory says 10 bytes, the stream holds eight million."""
        path = (
            FeedBuilder().trip("1", TRIP).file("shapes.txt", b"shape_id\n" + b"0" * (8 << 20)).zip(tmp_path / "f.zip")
        )
        data = bytearray(path.read_bytes())
        at = data.rindex(b"shapes.txt") - 46 + 24
        data[at : at + 4] = struct.pack("<I", 10)
        path.write_bytes(data)
        assert "shapes.txt" in reasons(refusal(path, self.LIMITS))

    def test_more_rows_than_allowed(self, tmp_path: Path) -> None:
        path = FeedBuilder().trip("1", TRIP).zip(tmp_path / "f.zip")
        assert "more than 3 rows" in reasons(refusal(path, FeedLimits(file_rows=3)))

    def test_a_line_without_end(self, tmp_path: Path) -> None:
        path = FeedBuilder().trip("1", TRIP).file("agency.txt", b"a" * (2 << 20)).zip(tmp_path / "f.zip")
        assert "agency.txt:1: a line is longer" in reasons(refusal(path))

    def test_a_folder_too(self, tmp_path: Path) -> None:
        path = FeedBuilder().trip("1", TRIP).folder(tmp_path / "feed")
        assert "bytes" in reasons(refusal(path, FeedLimits(total_bytes=100)))


class TestText:
    def test_byte_order_mark_blanks_and_carriage_returns(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP)
        lines = builder.contents()["stop_times.txt"].decode().splitlines()
        padded = "".join(f"{line:<350}\r\n" for line in lines)
        builder.file("stop_times.txt", b"\xef\xbb\xbf" + padded.encode())
        builder.file("routes.txt", 'route_id,route_short_name,route_type\r"R1"   , "IC, 1"  ,2       \r')
        feed, issues = builder.read(tmp_path)
        assert calls_of(feed, "1") == [("A", 28_800, 28_800), ("B", 32_400, 32_400)]
        assert feed.lines[0].name == "IC, 1"
        assert not issues

    def test_windows_encoding_is_read_and_told_with_its_line(self, tmp_path: Path) -> None:
        text = "stop_id,stop_name,stop_lat,stop_lon\nA,Berlin,52,13\nB,München,48,11\n".encode("cp1252")
        feed, issues = FeedBuilder().trip("1", TRIP).file("stops.txt", text).read(tmp_path)
        assert feed.places[1].name == "München"
        issue = issues["not UTF-8: read as Windows-1252"]
        assert (issue.file, issue.examples[0].line) == ("stops.txt", 3)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ('route_id,route_type\n"R1,2\n', "not valid CSV"),
            ('route_id,route_type\n"R"1",2\n', "not valid CSV"),
            ("route_id,route_type\nR1\0,2\n", "routes.txt:2: the line holds a NUL"),
            ("route_id,route_type\nR1,2\n".encode("utf-16"), "UTF-16"),
        ],
    )
    def test_what_is_no_csv_is_refused(self, tmp_path: Path, content: str | bytes, reason: str) -> None:
        path = FeedBuilder().trip("1", TRIP).file("routes.txt", content).zip(tmp_path / "f.zip")
        assert reason in reasons(refusal(path))

    def test_rows_of_another_width(self, tmp_path: Path) -> None:
        builder = FeedBuilder().trip("1", TRIP)
        builder.file("routes.txt", "route_id,route_type,route_short_name\n\n   \nR1,2\nR2,2,x,y,z\n")
        feed, issues = builder.read(tmp_path)
        assert [line.line_id for line in feed.lines] == ["R1", "R2"]
        assert issues["fewer fields than the header: the rest counts as blank"].examples[0].line == 4
        assert issues["more fields than the header: the rest is ignored"].examples[0].detail == "5 of 3"

    def test_a_quoted_field_of_two_lines(self, tmp_path: Path) -> None:
        stops = 'stop_id,stop_name,stop_lat,stop_lon\nA,"Berlin\nHbf",52,13\nB,München,48,11\n'
        feed, _ = FeedBuilder().trip("1", TRIP).file("stops.txt", stops).read(tmp_path)
        assert feed.places[0].name == "Berlin\nHbf"
        assert len(feed.places) == 2


def test_nested_archives_are_not_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("stops.txt", "stop_id\n")
    path = FeedBuilder().trip("1", TRIP).file("more.zip", inner.getvalue()).zip(tmp_path / "f.zip")
    assert calls_of(read_feed(path)[0], "1")
