"""Work of the offers service that comes round again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.kernel.errors import WayfareError
from wayfare.services.offers.adapters.metrics import RATES_IMPORTS
from wayfare.services.offers.application.import_rates import ImportRates

log = structlog.get_logger()
LOOK_S = 30.0


def rate_jobs(
    look: Callable[[], Awaitable[None]], import_rates: ImportRates, source: str | None, every_s: float
) -> Sequence[PeriodicJob]:
    """`source`: where new rates are fetched from every `every_s` seconds; None: nowhere."""
    looking = PeriodicJob("offers.rates", LOOK_S, look)
    if source is None:
        return (looking,)
    chosen = source

    async def fetch() -> None:
        try:
            report = await import_rates(chosen)
        except WayfareError as error:
            RATES_IMPORTS.labels("failed").inc()
            log.warning("rates.not_imported", error=error.detail)
            raise
        RATES_IMPORTS.labels("changed" if report.changed else "unchanged").inc()
        await look()

    return looking, PeriodicJob("offers.import_rates", every_s, fetch, exclusive=True)
