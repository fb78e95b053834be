"""`wayfare import fx`."""

from __future__ import annotations

import asyncio

import click

from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.operator_trail import Deed, record_deeds
from wayfare.bootstrap.schema import prepare_database
from wayfare.bootstrap.settings import Settings
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.telemetry import configure_logging
from wayfare.services.offers.application.import_rates import RatesReport
from wayfare.services.offers.wiring import make_rates_import


def run_fx_import(settings: Settings, source: str) -> None:
    """Import the file and say what it brought. Works beside a running server, which needs no restart."""
    configure_logging("warning", json=settings.logs_json)
    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        report = asyncio.run(_import(ready, source))
        if report.changed:
            facts = {"rates_changed": report.changed, "days": report.days, "newest": str(report.newest)}
            record_deeds(ready, [Deed("rates.imported", "rates", after=facts)])
    what = f"{report.changed:,} are new or were corrected" if report.changed else "nothing is new"
    newest = f"newest {report.newest}: {report.currencies} currencies"
    click.echo(f"{report.days:,} {'day' if report.days == 1 else 'days'} read, {what}; {newest}")


async def _import(settings: Settings, source: str) -> RatesReport:
    async with Database(settings.database_url_of("offers"), pool_size=1) as database:
        return await make_rates_import(database)(source)
