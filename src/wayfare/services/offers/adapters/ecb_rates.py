"""Exchange rates from a file of the ECB (CSV or zip): the carrier's own, or the one of the demonstration."""

from __future__ import annotations

import csv
import zipfile
import zlib
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import msgspec
import structlog

from wayfare.kernel.errors import ConfigurationError
from wayfare.kernel.money import MINOR_UNITS
from wayfare.kernel.time import utc
from wayfare.services.offers.domain.exchange import Rates

log = structlog.get_logger()

_LOOK_AGAIN_S = 60
_TEXT_MAX_BYTES = 32 * 2**20
_UNREADABLE = (OSError, ValueError, LookupError, RuntimeError, InvalidOperation, zipfile.BadZipFile, zlib.error)
_DEMO_FILE = Path(__file__).with_name("demo_rates.csv")


def read_rates(path: Path) -> Rates:
    """Read what the ECB publishes: eurofxref.csv, eurofxref-hist.csv (its newest day counts), or the zip of either.

    Raises `ConfigurationError` when it is something else.
    """
    try:
        header, *days = [[cell.strip() for cell in row] for row in csv.reader(_text(path).splitlines()) if row]
        at = header.index("Date")
        values = max(days, key=lambda day: _parse_day(day[at]))
        named = dict(zip(header, values, strict=True))
        published = _parse_day(named.pop("Date"))
        worth = {code: Decimal(value) for code, value in named.items() if code in MINOR_UNITS and value != "N/A"}
    except _UNREADABLE as error:
        raise ConfigurationError(f"{path} is not a file of ECB reference rates: {error}") from error
    return Rates("ECB reference", published, "EUR", worth)


def _text(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        return path.read_text()
    with zipfile.ZipFile(path) as archive:
        name = next((name for name in archive.namelist() if name.endswith(".csv")), None)
        if name is None:
            raise ValueError("the zip has no CSV file in it")
        if archive.getinfo(name).file_size > _TEXT_MAX_BYTES:
            raise ValueError(f"{name} is too large")
        return archive.read(name).decode()


def _parse_day(text: str) -> date:
    """ "30 October 2026" in the daily file, "2026-10-30" in the one of all days."""
    if text[:4].isdigit():
        return date.fromisoformat(text)
    return datetime.strptime(text + " +0000", "%d %B %Y %z").date()


class DemoRates:
    """Implements `application.ports.RateSource` where no file is configured: the demonstration network is sold at the
    dated rates that ship with it, and prices of any other feed are not converted."""

    def __init__(self) -> None:
        rates = read_rates(_DEMO_FILE)
        self._rates = msgspec.structs.replace(rates, source=f"the demonstration's {rates.source}", demonstration=True)

    def find_rates(self, now_s: int) -> Rates:  # noqa: ARG002
        return self._rates


class EcbRates:
    """Implements `application.ports.RateSource` on a file that is replaced from outside."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version = self._find_version()
        self._rates = read_rates(path)
        self._looked_s = 0
        self._warned: tuple[date, date] | None = None

    def find_rates(self, now_s: int) -> Rates:
        """The rates of the file, whatever their date: who configures a file wants to sell at it.

        The date stands in the conditions of every offer; old rates are a warning in the log, once a day.
        """
        if not 0 <= now_s - self._looked_s < _LOOK_AGAIN_S:
            self._looked_s = now_s
            self._read_again()
            self._warn_if_old(utc(now_s).date())
        return self._rates

    def _read_again(self) -> None:
        version = self._find_version()
        if version is not None and version == self._version:
            return  # the file of all days takes a twentieth of a second, and searches wait
        try:
            self._rates, self._version = read_rates(self._path), version
        except ConfigurationError as error:
            log.warning("rates.unreadable", error=error.detail)

    def _find_version(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _warn_if_old(self, today: date) -> None:
        published = self._rates.published
        if not self._rates.is_fresh_on(today) and self._warned != (published, today):
            self._warned = published, today
            log.warning("rates.old", file=str(self._path), published=published.isoformat(), today=today.isoformat())
