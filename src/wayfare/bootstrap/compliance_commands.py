"""`wayfare compliance …`: what is kept, how long, and whether that is kept to."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime

import click
import msgspec

from wayfare.bootstrap.settings import Settings


class Kept(msgspec.Struct, frozen=True):
    """A rule and how the database stands to it. `overdue`: rows the job should have dealt with."""

    service: str
    data: str
    kept: str
    then: str
    job: str
    rows: int
    overdue: int
    last_run: datetime | None


@click.group()
def compliance() -> None:
    """Show how long data is kept."""


@compliance.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def report(as_json: bool) -> None:
    """Compare every rule of retention with the database. Exit code 1: something is kept too long."""
    from wayfare.bootstrap.database_server import database_server
    from wayfare.infrastructure.telemetry import configure_logging

    settings = Settings.load()
    configure_logging("warning", json=settings.logs_json)
    with database_server(settings, share=True) as ready:
        found = asyncio.run(_report(ready))
    if as_json:
        for kept in found:
            click.echo(msgspec.json.encode(kept))
    else:
        _print(found)
    if any(kept.overdue for kept in found):
        raise SystemExit(1)


async def _report(settings: Settings) -> list[Kept]:
    from wayfare.bootstrap.compose import SCHEMAS, compose
    from wayfare.infrastructure.retention import state_of

    system = compose(settings, SCHEMAS, run_jobs=False, unasked=("documents",))
    found = []
    async with AsyncExitStack() as opened:
        for database in system.databases.values():
            await opened.enter_async_context(database)
        for name, service in sorted(system.services.items()):
            database = system.databases[settings.database_url_of(name)]
            for rule in (*service.retention, *system.events.retention_of(service)):
                state = await state_of(rule, database)
                counts = (state.rows, state.overdue, state.last_run)
                found.append(Kept(name, rule.data, rule.kept, rule.then, rule.job, *counts))
    return found


def _print(found: list[Kept]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("service", "data", "kept", "then", "rows", "overdue", "last run (UTC)")
    for kept in found:
        late = f"[red]{kept.overdue:,}[/]" if kept.overdue else "0"
        ran = f"{kept.last_run:%Y-%m-%d %H:%M}" if kept.last_run else ("never" if kept.job else "-")
        table.add_row(kept.service, kept.data, kept.kept, kept.then, f"{kept.rows:,}", late, ran)
    Console(width=None if Console().is_terminal else 160).print(table)
