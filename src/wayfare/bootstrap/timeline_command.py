"""`wayfare timeline`."""

from __future__ import annotations

import asyncio

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.operator_trail import Deed, record_deeds
from wayfare.bootstrap.settings import Settings
from wayfare.contracts.bookings.api import BookingsApi, FindTimeline, Timeline, TimelineEntry
from wayfare.infrastructure.telemetry import configure_logging
from wayfare.kernel.money import Money


def run_timeline(settings: Settings, locator: str, *, as_json: bool) -> None:
    """Print it. Raises NotFound."""
    configure_logging("warning", json=settings.logs_json)
    with database_server(settings, share=True) as ready:
        found = asyncio.run(_find(ready, locator))
        record_deeds(ready, [Deed("booking.read", f"booking:{found.booking_id}", after={"shown": "timeline"})])
    if as_json:
        click.echo(msgspec.json.encode(_plain(found)))
        return
    console = Console(highlight=False)
    for line in _heading(found):
        console.print(line, soft_wrap=True)
    console.print(_table(found))


async def _find(settings: Settings, locator: str) -> Timeline:
    served = ("inventory", "payments", "documents", "bookings")
    system = compose(settings, served, worker_no=1, run_jobs=False, unasked=("offers",))
    await system.start()
    try:
        bookings: BookingsApi = system.services["bookings"].api
        return await bookings.show_timeline(FindTimeline(locator))
    finally:
        await system.stop()


def _heading(found: Timeline) -> list[str]:
    lines = [
        f"booking {found.locator} ({found.booking_id}): {found.state}, {found.total}"
        + (f", {Money(found.refunded, found.total.currency)} promised back" if found.refunded else ""),
        f"hold {found.hold_id}: {found.hold_state}",
    ]
    for trace in found.payments:
        payment = trace.payment
        text = f"payment {payment.payment_id}: {payment.state}, {payment.amount} by {trace.method} at {trace.gateway}"
        lines.append(text + f", {trace.attempts} attempt(s)" + (f", {payment.reason}" if payment.reason else ""))
        lines += [f"  refund {refund.refund_id}: {refund.state}, {refund.amount}" for refund in trace.refunds]
    if found.payments_missing:
        lines.append("payments: unknown, the service does not answer")
    work = found.open_work
    if work is None:
        lines.append("nothing is open")
    else:
        due = work.due_at.isoformat(timespec="seconds")
        last = f"; last: {work.last_error}" if work.last_error else ""
        lines.append(f"open: {work.kind}, resumed {work.attempts} time(s), next look {due}{last}")
    return lines


def _table(found: Timeline) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("when (UTC)", "what"):
        table.add_column(column, no_wrap=True)
    table.add_column("detail", overflow="fold")
    for entry in found.entries:
        when = entry.at.isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")
        table.add_row(when, entry.what, escape(_detail(entry)))
    return table


def _detail(entry: TimelineEntry) -> str:
    """Attempt, code and detail; the correlation id leads to the log."""
    attempt = "" if entry.attempt is None else f"attempt {entry.attempt}: "
    code = f"{entry.code}: " if entry.code else ""
    request = f" ({entry.correlation_id})" if entry.correlation_id else ""
    return f"{attempt}{code}{entry.detail}{request}"


def _plain(value: object) -> object:
    """Ready for JSON, with money as the API shows it."""
    if isinstance(value, Money):
        return value.as_json()
    if isinstance(value, msgspec.Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
