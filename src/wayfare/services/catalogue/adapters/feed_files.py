"""A feed's files, in a zip archive or a folder, read as streams of bounded size."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import IO, cast

import msgspec

from wayfare.kernel.errors import ImportRefused
from wayfare.services.catalogue.domain.issues import ErrorLog, IssueLog
from wayfare.services.catalogue.domain.tables import BrokenTable

_LINE_MAX = 1 << 20
# Blanks between a closing quote and the comma or the end of the line: padding, which the csv module refuses.
_PADDING = re.compile(r'"[ \t]+(?=,|$)')
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class FeedLimits(msgspec.Struct, frozen=True):
    """What an archive may hold. Ratios are checked only above `ratio_free_bytes`: padding compresses very well."""

    archive_bytes: int = 1 << 30
    total_bytes: int = 3 << 30
    file_bytes: int = 2 << 30
    file_rows: int = 20_000_000
    members: int = 500
    ratio: float = 200.0
    ratio_free_bytes: int = 16 << 20


class FeedFiles:
    """The tables of one feed. Use `open_feed`."""

    def __init__(
        self,
        members: dict[str, zipfile.ZipInfo | Path],
        issues: IssueLog,
        limits: FeedLimits,
        archive: zipfile.ZipFile | None = None,
    ) -> None:
        self._members = members
        self._issues = issues
        self._limits = limits
        self._archive = archive
        self.rows_max = limits.file_rows

    def names(self) -> list[str]:
        return sorted(self._members)

    def find(self, name: str) -> CsvTable | None:
        """The table of a file, or None when the feed has none or an empty one."""
        if name not in self._members:
            return None
        table = CsvTable(name, self, self._issues)
        return table if table.header else None

    @contextmanager
    def lines(self, name: str) -> Iterator[Iterator[str]]:
        """The lines of a file as text. Raises `BrokenTable` on bytes that no CSV file holds."""
        member = self._members[name]
        try:
            with self._open(member) as raw:
                yield self._decoded(name, raw)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise BrokenTable(name, 0, f"the archive is damaged: {error}") from None

    def digest(self) -> str:
        """Tells one content from another, whatever the archive's dates and compression."""
        hashed = hashlib.blake2b(digest_size=16)
        for name in self.names():
            hashed.update(name.encode() + b"\0")
            try:
                with self._open(self._members[name]) as raw:
                    while chunk := raw.read(1 << 20):
                        hashed.update(chunk)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                reason = f"the archive is damaged: {error}"
                raise ImportRefused(reason, errors=[{"file": name, "line": 0, "reason": reason}]) from None
        return hashed.hexdigest()

    def _open(self, member: zipfile.ZipInfo | Path) -> IO[bytes]:
        if isinstance(member, Path):
            return member.open("rb")
        assert self._archive is not None
        return self._archive.open(member)

    def _decoded(self, name: str, raw: IO[bytes]) -> Iterator[str]:
        buffered = io.BufferedReader(cast(io.RawIOBase, raw), 1 << 16)
        if buffered.peek(2)[:2] in _UTF16:
            raise BrokenTable(name, 1, "the file is UTF-16; GTFS files are UTF-8")
        text = io.TextIOWrapper(buffered, encoding="utf-8-sig", errors="surrogateescape")
        number = 0
        size = 0
        while line := text.readline(_LINE_MAX):
            number += 1
            size += len(line)
            if len(line) >= _LINE_MAX:
                raise BrokenTable(name, number, f"a line is longer than {_LINE_MAX} characters")
            if size > self._limits.file_bytes:
                raise BrokenTable(name, number, f"the file is larger than {self._limits.file_bytes} bytes")
            if "\0" in line:
                raise BrokenTable(name, number, "the line holds a NUL character")
            if not line.isascii():
                line = self._mended(name, number, line)
            if '" ' in line or '"\t' in line:
                line = _PADDING.sub('"', line)
            yield line

    def _mended(self, name: str, number: int, line: str) -> str:
        try:
            line.encode()
        except UnicodeEncodeError:
            shown = line.strip()[:60].encode("ascii", "replace").decode()
            self._issues.add(name, number, "not UTF-8: read as Windows-1252", shown)
            return line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        return line


class CsvTable:
    """One CSV file with a header. Reads the header when made; each `rows` reads the file anew."""

    def __init__(self, name: str, files: FeedFiles, issues: IssueLog) -> None:
        self.name = name
        self._files = files
        self._issues = issues
        self.header: list[str] = []
        self.rows_read = 0
        with files.lines(name) as lines:
            for row in self._parsed(lines):
                self.header = [field.strip().lower() for field in row[1]]
                break
        self._index = {column: i for i, column in reversed(list(enumerate(self.header))) if column}

    def has(self, column: str) -> bool:
        return column in self._index

    def rows(self, *columns: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Line number and stripped values of `columns` for each row that is not blank."""
        width = len(self.header)
        indexes = [self._index.get(column, width) for column in columns]
        pick = itemgetter(*indexes, width)  # one more than asked: a tuple for a single column too
        strip = str.strip
        with self._files.lines(self.name) as lines:
            parsed = self._parsed(lines)
            next(parsed, None)
            self.rows_read = 0
            for number, row in parsed:
                if len(row) != width and not self._fit(number, row, width):
                    continue
                row.append("")
                self.rows_read += 1
                if self.rows_read > self._files.rows_max:
                    raise BrokenTable(self.name, number, f"more than {self._files.rows_max} rows")
                yield number, tuple(map(strip, pick(row)[:-1]))

    def _fit(self, number: int, row: list[str], width: int) -> bool:
        """Give a row the header's width. False for a row without content."""
        if not any(field.strip() for field in row):
            return False
        detail = f"{len(row)} of {width}"
        if len(row) > width:
            if any(field.strip() for field in row[width:]):
                self._issues.add(self.name, number, "more fields than the header: the rest is ignored", detail)
            del row[width:]
        else:
            self._issues.add(self.name, number, "fewer fields than the header: the rest counts as blank", detail)
            row.extend([""] * (width - len(row)))
        return True

    def _parsed(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(lines, strict=True, skipinitialspace=True)
        try:
            for row in reader:
                if row:
                    yield reader.line_num, row
        except csv.Error as error:
            raise BrokenTable(self.name, reader.line_num, f"not valid CSV: {error}") from None


@contextmanager
def open_feed(path: Path, issues: IssueLog, limits: FeedLimits | None = None) -> Iterator[FeedFiles]:
    """Open a feed: a zip archive or a folder. Raises `ImportRefused` for what cannot be read safely."""
    limits = limits or FeedLimits()
    if path.is_dir():
        yield FeedFiles(_folder_members(path, limits), issues, limits)
        return
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _refused(path.name, f"cannot be read: {error.strerror}") from None
    if size > limits.archive_bytes:
        raise _refused(path.name, f"the archive has {size} bytes; {limits.archive_bytes} are allowed")
    try:
        with zipfile.ZipFile(path) as archive:
            yield FeedFiles(_archive_members(path.name, archive, limits), issues, limits, archive)
    except zipfile.BadZipFile as error:
        raise _refused(path.name, f"not a zip archive: {error}") from None


def _archive_members(name: str, archive: zipfile.ZipFile, limits: FeedLimits) -> dict[str, zipfile.ZipInfo | Path]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    errors = ErrorLog()
    if len(entries) > limits.members:
        errors.add(name, 0, f"the archive has {len(entries)} members; {limits.members} are allowed")
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > limits.total_bytes:
        errors.add(name, 0, f"the archive unpacks to {total} bytes; {limits.total_bytes} are allowed")
    if total > limits.ratio_free_bytes and total > limits.ratio * max(packed, 1):
        times = total // max(packed, 1)
        errors.add(name, 0, f"the archive unpacks to {times} times its size; {limits.ratio:.0f} are allowed")
    members: dict[str, zipfile.ZipInfo | Path] = {}
    root = _root([entry.filename for entry in entries])
    for entry in entries:
        file = PurePosixPath(entry.filename)
        if file.parent != root or file.suffix.lower() not in (".txt", ".geojson"):
            continue
        if entry.flag_bits & 1:
            errors.add(file.name, 0, "the file is encrypted")
        if entry.file_size > limits.file_bytes:
            errors.add(file.name, 0, f"the file has {entry.file_size} bytes; {limits.file_bytes} are allowed")
        members[file.name.lower()] = entry
    errors.raise_if_any(name)
    return members


def _root(names: list[str]) -> PurePosixPath:
    """The folder of the archive that holds the feed: the shallowest with a stops.txt or agency.txt."""
    wanted = [PurePosixPath(name) for name in names]
    roots = [file.parent for file in wanted if file.name.lower() in ("agency.txt", "stops.txt", "trips.txt")]
    return min(roots, key=lambda folder: (len(folder.parts), str(folder)), default=PurePosixPath())


def _folder_members(path: Path, limits: FeedLimits) -> dict[str, zipfile.ZipInfo | Path]:
    errors = ErrorLog()
    members: dict[str, zipfile.ZipInfo | Path] = {}
    total = 0
    for file in sorted(path.iterdir()):
        if file.suffix.lower() not in (".txt", ".geojson") or not file.is_file():
            continue
        size = file.stat().st_size
        total += size
        if size > limits.file_bytes:
            errors.add(file.name, 0, f"the file has {size} bytes; {limits.file_bytes} are allowed")
        members[file.name.lower()] = file
    if total > limits.total_bytes:
        errors.add(path.name, 0, f"the feed has {total} bytes; {limits.total_bytes} are allowed")
    errors.raise_if_any(path.name)
    return members


def _refused(file: str, reason: str) -> ImportRefused:
    return ImportRefused(f"{file}: {reason}", errors=[{"file": file, "line": 0, "reason": reason}])
