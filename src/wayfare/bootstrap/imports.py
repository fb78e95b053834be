"""`wayfare import …` and `wayfare demo`: the catalogue's use cases with progress for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.operator_trail import Deed, file_facts, record_deeds
from wayfare.bootstrap.schema import prepare_database
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.audit.api import Facts
from wayfare.contracts.payments.invoices import SellersSet, SetSellers
from wayfare.infrastructure.telemetry import configure_logging
from wayfare.kernel.errors import ConfigurationError
from wayfare.services.catalogue.application.load_demo import DemoReport
from wayfare.services.catalogue.application.report import ImportReport
from wayfare.services.catalogue.wiring import CatalogueUseCases, make_use_cases

T = TypeVar("T")
Step = Callable[[str, int, int], None]
_CHANGES_SHOWN = 30
_DEPARTURES_SHOWN = 5


def run_gtfs_import(settings: Settings, file: Path, feed_id: str | None) -> None:
    """Import a feed and print what it brought, what was wrong in it, and what it means for sold departures."""
    _check_file(file)
    facts = file_facts(file)
    report = _with_catalogue(
        settings,
        lambda catalogue, step: catalogue.import_feed(file, feed_id, progress=step),
        lambda report: [_feed_deed(report, facts)] if report.changed else [],
    )
    print_report(report)


def run_layouts_import(settings: Settings, file: Path) -> None:
    _check_file(file)
    facts = file_facts(file)
    report = _with_catalogue(
        settings,
        lambda catalogue, _: catalogue.import_layouts(file),
        lambda report: (
            [_deed("layouts.imported", f"layouts:{report.source}", report.generation, facts)] if report.changed else []
        ),
    )
    console = Console()
    console.print(f"{report.layouts} layouts, {report.rules} rules; {report.services_changed} services changed")
    if report.kept_sold:
        console.print(f"{len(report.kept_sold)} services keep their layout: seats in it are sold")


def run_tariffs_import(settings: Settings, file: Path) -> None:
    _check_file(file)
    facts = file_facts(file)
    report = _with_catalogue(
        settings,
        lambda catalogue, _: catalogue.import_tariffs(file),
        lambda report: (
            [_deed("tariffs.imported", f"tariffs:{report.source}", report.generation, facts)] if report.changed else []
        ),
    )
    Console().print(f"{report.tariffs} tariffs {'in force' if report.changed else 'are in force already'}")


def run_sellers_import(settings: Settings, file: Path) -> None:
    from wayfare.services.payments.wiring import read_sellers_file

    _check_file(file)
    message = read_sellers_file(file)
    configure_logging("warning", json=settings.logs_json)
    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        count = asyncio.run(_set_sellers(ready, message))
        record_deeds(ready, [Deed("sellers.imported", "sellers", after=file_facts(file) | {"sellers": count})])
    Console().print(f"{count} sellers, for documents issued from now on")


async def _set_sellers(settings: Settings, message: SetSellers) -> int:
    system = compose(settings, ("payments",), run_jobs=False)
    await system.start()
    try:
        answer: SellersSet = await system.services["payments"].api.set_sellers(message)
        return answer.count
    finally:
        await system.stop()


def run_demo(settings: Settings) -> None:
    """Load the demo network and say how to use it."""
    reports = _with_catalogue(settings, lambda catalogue, step: catalogue.load_demo(progress=step), _demo_deeds)
    console = Console()
    for report in reports.feeds:
        state = f"{report.services.total:,} services imported" if report.changed else "already there"
        console.print(f"{report.feed_id:<14} {state}")
    console.print("The demo network is on sale for the next 120 days: [bold]wayfare serve[/]")


def load_demo(settings: Settings) -> None:
    """The demo network for a server that is about to start; quick when it is there already."""
    reports = _run(settings, lambda catalogue, step: catalogue.load_demo(progress=step))
    record_deeds(settings, _demo_deeds(reports))


def print_report(report: ImportReport) -> None:
    """The report of an import, for a person."""
    console = Console()
    if not report.changed:
        console.print(f"{report.feed_id}: this version is already imported; nothing changed.")
        return
    console.print(f"[bold]{report.feed_id}[/] imported in {report.elapsed_s:.1f} s (generation {report.generation})")
    counts = Table("file", "rows read", "kept", box=None)
    for file, rows in report.rows_read.items():
        kept = report.kept.get(file)
        counts.add_row(file, f"{rows:,}", "" if kept is None else f"{kept:,}")
    console.print(counts)
    services = report.services
    console.print(
        f"{services.total:,} services: {services.new:,} new, {services.updated:,} updated, "
        f"{services.unchanged:,} unchanged, {services.retired:,} kept for sold departures, "
        f"{services.withdrawn:,} withdrawn, {services.not_sold:,} not for sale"
    )
    _print_issues(console, report)
    _print_changes(console, report)


def _print_issues(console: Console, report: ImportReport) -> None:
    if not report.issues:
        return
    table = Table("file", "line", "times", "what is wrong", title="Issues (imported all the same)")
    for issue in report.issues:
        example = issue.examples[0] if issue.examples else None
        line = str(example.line) if example and example.line else ""
        detail = f": {example.detail}" if example and example.detail else ""
        table.add_row(issue.file, line, f"{issue.count:,}", f"{issue.reason}{detail}")
    console.print(table)


def _print_changes(console: Console, report: ImportReport) -> None:
    if not report.changes:
        return
    table = Table("change", "service", "sold departures", title="Sold departures that this version changes")
    for change in report.changes[:_CHANGES_SHOWN]:
        shown = ", ".join(change.departures[:_DEPARTURES_SHOWN])
        more = len(change.departures) - _DEPARTURES_SHOWN
        table.add_row(change.kind, change.ref, shown + (f" and {more} more" if more > 0 else ""))
    console.print(table)
    if len(report.changes) > _CHANGES_SHOWN:
        console.print(f"… and {len(report.changes) - _CHANGES_SHOWN} more")


def _check_file(file: Path) -> None:
    if not file.exists():
        raise ConfigurationError(f"{file} does not exist")


def _with_catalogue(
    settings: Settings,
    use: Callable[[CatalogueUseCases, Step], Awaitable[T]],
    deeds: Callable[[T], Sequence[Deed]],
) -> T:
    """Run a use case of the catalogue on the database of this data folder, also beside a running server.

    `deeds`: what is recorded of its outcome.
    """
    configure_logging("warning", json=settings.logs_json)
    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        outcome = _run(ready, use)
        record_deeds(ready, deeds(outcome))
        return outcome


def _feed_deed(report: ImportReport, facts: Facts) -> Deed:
    more = facts | {"version": report.version, "services": msgspec.to_builtins(report.services)}
    return _deed("timetable.imported", f"feed:{report.feed_id}", report.generation, more)


def _demo_deeds(demo: DemoReport) -> list[Deed]:
    return [_feed_deed(report, {"file": "demo"}) for report in demo.feeds if report.changed]


def _deed(action: str, about: str, generation: int, facts: Facts) -> Deed:
    """An import publishes the next generation of the timetable."""
    return Deed(action, about, before={"generation": generation - 1}, after={"generation": generation} | facts)


def _run(settings: Settings, use: Callable[[CatalogueUseCases, Step], Awaitable[T]]) -> T:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("starting", total=None)

        def step(what: str, done: int, total: int) -> None:
            bars.update(task, description=what, completed=done, total=total or None)

        return asyncio.run(_in_system(settings, lambda catalogue: use(catalogue, step)))


async def _in_system(settings: Settings, use: Callable[[CatalogueUseCases], Awaitable[T]]) -> T:
    system = compose(settings, ("inventory", "catalogue"), run_jobs=False)
    await system.start()
    try:
        use_cases = make_use_cases(
            database=system.databases[settings.database_url_of("catalogue")],
            timetables=system.timetables,
            inventory=system.services["inventory"].api,
            clock=system.clock,
        )
        return await use(use_cases)
    finally:
        await system.stop()
