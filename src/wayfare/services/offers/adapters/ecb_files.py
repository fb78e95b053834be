"""What the ECB publishes: eurofxref as CSV or XML, one day or all days, plain or zipped.

https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath
from typing import NoReturn
from xml.parsers import expat

from wayfare.kernel.errors import ImportRefused
from wayfare.kernel.money import MINOR_UNITS
from wayfare.services.offers.domain.exchange import RateDay

CONTENT_BYTES_MAX = 32 * 2**20
_CODE = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_MISSING = "N/A"


def read_days(name: str, content: bytes) -> list[RateDay]:
    """The days of a file in order of their date, without currencies that are no longer in use.

    Raises `ImportRefused` with file, line and reason.
    """
    if zipfile.is_zipfile(io.BytesIO(content)):
        name, content = _unzipped(name, content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(name, content[: error.start].count(b"\n") + 1, "is not text in UTF-8")
    read = _xml_rows if text.lstrip().startswith("<") else _csv_rows
    days: dict[date, dict[str, Decimal]] = {}
    for line, said, rates in read(name, text):
        published = _day(name, line, said)
        if published in days:
            _refuse(name, line, f"{published} is there twice")
        worth = {code: _rate(name, line, code, rate) for code, rate in rates.items() if rate != _MISSING}
        days[published] = {code: rate for code, rate in worth.items() if code in MINOR_UNITS}
        if not days[published]:
            _refuse(name, line, "has no rate of a currency in use")
    if not days:
        _refuse(name, 1, "has no day")
    return [RateDay(published, days[published]) for published in sorted(days)]


def _refuse(name: str, line: int, reason: str) -> NoReturn:
    error = {"file": name, "line": line, "reason": reason}
    raise ImportRefused(f"{name}:{line}: {reason}", errors=[error])


def _unzipped(name: str, content: bytes) -> tuple[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = next((one for one in archive.infolist() if one.filename.endswith((".csv", ".xml"))), None)
            if found is None:
                _refuse(name, 1, "the zip has no CSV or XML file in it")
            inner = f"{name}/{PurePath(found.filename).name}"
            if found.file_size > CONTENT_BYTES_MAX:
                _refuse(inner, 1, "is too large")
            return inner, archive.read(found)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError) as error:
        _refuse(name, 1, f"the zip cannot be read: {error}")


def _csv_rows(name: str, text: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Line number, day and rates of each row; a comma may end a line."""
    reader = csv.reader(io.StringIO(text), strict=True)
    header: list[str] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not header:
                header = _header(name, reader.line_num, cells)
                continue
            if cells[len(header) :] not in ([], [""]) or len(cells) < len(header):
                _refuse(name, reader.line_num, f"has {len(cells)} cells, the header has {len(header)}")
            yield reader.line_num, cells[0], dict(zip(header[1:], cells[1:], strict=False))
    except csv.Error as error:
        _refuse(name, reader.line_num, str(error))
    if not header:
        _refuse(name, 1, "is empty")


def _header(name: str, line: int, cells: list[str]) -> list[str]:
    header = cells[:-1] if cells[-1] == "" else cells
    if header[0] != "Date" or len(header) < 2:
        _refuse(name, line, "must begin with Date and currencies")
    for code in header[1:]:
        if not _CODE.fullmatch(code) or header.count(code) > 1:
            _refuse(name, line, f"{code[:20]!r} is not a currency, or is there twice")
    return header


def _xml_rows(name: str, text: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Line number, day and rates of each <Cube time="…"> and the <Cube currency="…" rate="…"> in it."""
    rows: list[tuple[int, str, dict[str, str]]] = []
    parser = expat.ParserCreate()

    def element(tag: str, attributes: dict[str, str]) -> None:
        line = parser.CurrentLineNumber
        if tag.rpartition(":")[2] != "Cube":
            return
        if "time" in attributes:
            rows.append((line, attributes["time"], {}))
        elif "currency" in attributes:
            if not rows or not _CODE.fullmatch(attributes["currency"]):
                _refuse(name, line, "a rate without a day or a currency")
            rows[-1][2][attributes["currency"]] = attributes.get("rate", "")

    def doctype(*_: object) -> None:
        _refuse(name, parser.CurrentLineNumber, "a document type is not accepted")

    parser.StartElementHandler = element
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        _refuse(name, error.lineno, expat.errors.messages[error.code])
    yield from rows


def _day(name: str, line: int, text: str) -> date:
    """ "30 October 2026" in the daily CSV, "2026-10-30" elsewhere."""
    try:
        if text[:4].isdecimal():
            return date.fromisoformat(text)
        return datetime.strptime(text + " +0000", "%d %B %Y %z").date()
    except ValueError:
        _refuse(name, line, f"{text[:40]!r} is not a date")


def _rate(name: str, line: int, code: str, text: str) -> Decimal:
    if not _RATE.fullmatch(text) or (rate := Decimal(text)) == 0:
        _refuse(name, line, f"{text[:40]!r} is not a rate of {code}")
    return rate
