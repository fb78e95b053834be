"""Work of the offers service that comes round again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog

from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.kernel.errors import WayfareError
from wayfare.services.offers.application.import_rates import ImportRates

log = structlog.get_logger()
LOOK_S = 10.0


def rate_jobs(
    look: Callable[[], Awaitable[None]],
    import_rates: ImportRates,
    count: Callable[[str], None],
    source: str | None,
    every_s: float,
) -> Sequence[PeriodicJob]:
    """`source`: where new rates come from, every `every_s` seconds; None: nowhere. `count` is told each result."""
    looking = PeriodicJob("offers.rates", LOOK_S, look)
    if source is None:
        return (looking,)
    chosen = source

    async def fetch() -> None:
        try:
            report = await import_rates(chosen)
        except WayfareError as error:
            count("failed")
            log.warning("rates.not_imported", error=error.detail)
            raise
        count("changed" if report.changed else "unchanged")
        await look()

    return looking, PeriodicJob("offers.import_rates", every_s, fetch, exclusive=True)
