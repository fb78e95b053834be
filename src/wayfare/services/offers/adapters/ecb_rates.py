"""Exchange rates from the ECB's daily file (eurofxref.csv), when the carrier keeps one up to date."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import structlog

from wayfare.kernel.errors import ConfigurationError
from wayfare.kernel.money import MINOR_UNITS
from wayfare.kernel.time import utc
from wayfare.services.offers.domain.exchange import Rates

log = structlog.get_logger()

_LOOK_AGAIN_S = 60


def read_rates(path: Path) -> Rates:
    """Read the file the ECB publishes: one header line, one line of rates for one euro.

    Raises `ConfigurationError` when it is something else.
    """
    try:
        header, values = [[cell.strip() for cell in row] for row in csv.reader(path.read_text().splitlines()) if row]
        named = dict(zip(header, values, strict=True))
        published = _parse_day(named.pop("Date"))
        worth = {code: Decimal(value) for code, value in named.items() if code in MINOR_UNITS and value != "N/A"}
    except (OSError, ValueError, KeyError, InvalidOperation) as error:
        raise ConfigurationError(f"{path} is not a file of ECB reference rates: {error}") from error
    return Rates("ECB reference", published, "EUR", worth)


def _parse_day(text: str) -> date:
    return datetime.strptime(text + " +0000", "%d %B %Y %z").date()


class NoRates:
    """Implements `application.ports.RateSource` for a carrier that does not convert prices."""

    def find_rates(self, now_s: int) -> Rates | None:  # noqa: ARG002
        return None


class EcbRates:
    """Implements `application.ports.RateSource` on a file that is replaced from outside."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rates: Rates | None = read_rates(path)
        self._looked_s = 0

    def find_rates(self, now_s: int) -> Rates | None:
        """The rates of the file, unless they are older than a week."""
        if not 0 <= now_s - self._looked_s < _LOOK_AGAIN_S:
            self._looked_s = now_s
            try:
                self._rates = read_rates(self._path)
            except ConfigurationError as error:
                log.warning("rates.unreadable", error=error.detail)
        rates = self._rates
        return rates if rates is not None and rates.usable_on(utc(now_s).date()) else None
