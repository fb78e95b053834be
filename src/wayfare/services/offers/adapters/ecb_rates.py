"""Exchange rates from a file of the ECB (eurofxref.csv): the carrier's own, or the one of the demonstration."""

from __future__ import annotations

import csv
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
_DEMO_FILE = Path(__file__).with_name("demo_rates.csv")


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
        self._rates = read_rates(path)
        self._looked_s = 0
        self._warned: tuple[date, date] | None = None

    def find_rates(self, now_s: int) -> Rates:
        """The rates of the file, whatever their date: who configures a file wants to sell at it.

        The date stands in the conditions of every offer; old rates are a warning in the log, once a day.
        """
        if not 0 <= now_s - self._looked_s < _LOOK_AGAIN_S:
            self._looked_s = now_s
            try:
                self._rates = read_rates(self._path)
            except ConfigurationError as error:
                log.warning("rates.unreadable", error=error.detail)
            self._warn_if_old(utc(now_s).date())
        return self._rates

    def _warn_if_old(self, today: date) -> None:
        published = self._rates.published
        if not self._rates.is_fresh_on(today) and self._warned != (published, today):
            self._warned = published, today
            log.warning("rates.old", file=str(self._path), published=published.isoformat(), today=today.isoformat())
