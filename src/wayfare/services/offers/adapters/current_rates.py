"""The exchange rates this process sells at: in memory, looked up again from time to time, never for a search."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import structlog

from wayfare.kernel.time import Clock, utc
from wayfare.services.offers.adapters.ecb_files import read_days
from wayfare.services.offers.adapters.metrics import RATES_AGE
from wayfare.services.offers.application.ports import RateStore
from wayfare.services.offers.domain.exchange import ECB, Rates

log = structlog.get_logger()

OLD_DAYS = 7
"""The ECB publishes every working day, and holidays last less than a week."""
_DEMO_FILE = Path(__file__).with_name("demo_rates.csv")


def demo_rates() -> Rates:
    """The dated rates that the demonstration network ships with: they convert its prices and no other feed's."""
    newest = read_days(_DEMO_FILE.name, _DEMO_FILE.read_bytes())[-1]
    return msgspec.structs.replace(Rates.of(newest), source=f"the demonstration's {ECB}", demonstration=True)


class CurrentRates:
    """Implements the port `RateSource`: the newest imported rates, or the demonstration's while there are none.

    Rates that grow old are sold at all the same: their date stands in the conditions of every offer, and a download
    that fails must not stop sales. They are a warning in the log, once a day.
    """

    def __init__(self, store: RateStore, clock: Clock, old_days: int = OLD_DAYS) -> None:
        """`old_days`: the age from which on rates are warned of."""
        self._store, self._clock, self._old_days = store, clock, old_days
        self._rates = demo_rates()
        self._warned: date | None = None

    def get_rates(self) -> Rates:
        return self._rates

    async def look(self) -> None:
        """Take up what was imported since the last look. Raises Unavailable; the rates stay as they are then."""
        today = utc(self._clock.now_s()).date()
        newest = await self._store.find_newest(today)
        if newest is None:
            return
        rates = Rates.of(newest)
        if rates != self._rates:
            self._rates = rates
            log.info("rates.loaded", published=rates.published.isoformat(), currencies=len(rates.worth))
        age_days = rates.age_days(today)
        RATES_AGE.set(age_days)
        if age_days > self._old_days and self._warned != today:
            self._warned = today
            log.warning("rates.old", published=rates.published.isoformat(), age_days=age_days)
