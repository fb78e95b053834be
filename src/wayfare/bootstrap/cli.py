"""The command line: `wayfare`.

Heavy parts are imported inside the commands, so that `--help` and mistakes answer at once.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from wayfare import __version__
from wayfare.bootstrap.api_keys_cli import api_keys
from wayfare.bootstrap.audit_cli import audit
from wayfare.bootstrap.cli_users import keys, user
from wayfare.bootstrap.compliance_commands import compliance
from wayfare.bootstrap.fraud_commands import fraud
from wayfare.bootstrap.settings import SERVICES, Settings
from wayfare.bootstrap.waiting_commands import waiting_room
from wayfare.bootstrap.webhooks_commands import webhooks
from wayfare.kernel.errors import ConfigurationError, WayfareError

_ISSUES_SHOWN = 20


class _Wayfare(click.Group):
    """Any mistake or refusal becomes one line on standard error and exit code 2."""

    def main(self, *args: Any, **options: Any) -> Any:
        try:
            return super().main(*args, **{**options, "standalone_mode": False})
        except WayfareError as error:
            _complain(error)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help() if error.ctx else "see `wayfare --help`")
            sys.exit(0)
        except click.UsageError as error:
            known = error.ctx.command_path if error.ctx else "wayfare"
            click.echo(f"wayfare: {error.format_message()} (see `{known} --help`)", err=True)
        except click.ClickException as error:
            click.echo(f"wayfare: {error.format_message()}", err=True)
        except (KeyboardInterrupt, click.Abort):
            sys.exit(130)
        sys.exit(2)


def _complain(error: WayfareError) -> None:
    click.echo(f"wayfare: {error.detail}", err=True)
    issues = error.facts.get("errors", [])
    if len(issues) > 1:  # a single one is the line above
        for item in issues[:_ISSUES_SHOWN]:
            click.echo(f"  {_issue_line(item)}", err=True)


def _issue_line(item: dict[str, Any]) -> str:
    place = ":".join(str(item[key]) for key in ("file", "line", "field") if item.get(key))
    return f"{place}: {item.get('reason') or item.get('message')}" if place else str(item.get("reason"))


@click.group(cls=_Wayfare, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Wayfare sells seats on trains, aircraft and coaches.

    \b
    A first look:
      wayfare serve --demo          start everything with a demo network
      open http://127.0.0.1:8000/docs
    \b
    Your own timetable:
      wayfare import gtfs feed.zip  import it (again and again: only changes are applied)
      wayfare serve                 sell it

    Settings are WAYFARE_… environment variables; `wayfare settings` lists them.
    """


main.add_command(audit)


@main.command()
@click.argument("services", nargs=-1, metavar="[SERVICE]…")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer requests.")
@click.option("--demo", is_flag=True, help="Load the demo network first, if it is not there yet.")
def serve(services: tuple[str, ...], host: str | None, port: int | None, workers: int | None, demo: bool) -> None:
    """Run the system, or only the named services of it.

    Without names everything runs in one process, on an embedded PostgreSQL unless WAYFARE_DATABASE_URL is set.
    With names only those run here; the others are called where WAYFARE_<SERVICE>_URL says. `gateway` is the public
    edge alone, in front of all of them.

    \b
    Examples:
      wayfare serve --workers 2
      WAYFARE_BOOKINGS_URL=http://10.0.0.6:8000,http://10.0.0.7:8000 … wayfare serve gateway
      WAYFARE_INVENTORY_URL=http://10.0.0.5:8000 wayfare serve bookings payments documents
    """
    from wayfare.bootstrap.serve import run_server

    for name, value in (("HOST", host), ("PORT", port), ("WORKERS", workers), ("SERVICES", ",".join(services))):
        if value not in (None, ""):
            os.environ[f"WAYFARE_{name}"] = str(value)
    run_server(Settings.load(), demo=demo)


@main.command(name="gateway-sim")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8090, show_default=True, help="Port to listen on.")
def gateway_sim(host: str, port: int) -> None:
    """Run the simulated payment gateway as a server of its own.

    It moves no money. Tokens decide what happens (tok_approved, tok_declined, tok_3ds, tok_timeout, …), webhooks go to
    WAYFARE_GATEWAY_SIM_WEBHOOK_URL; `wayfare serve` uses it with WAYFARE_PAYMENT_GATEWAY=simulated_http.
    """
    from wayfare.bootstrap.payment_gateways import run_gateway_sim

    run_gateway_sim(Settings.load(), host, port)


@main.group(name="import")
def import_group() -> None:
    """Bring in timetables, layouts, tariffs, rates and sellers."""


@import_group.command(name="gtfs")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--feed-id", help="Name of the feed; default: the name of the file. The same name replaces the feed.")
def import_gtfs(file: Path, feed_id: str | None) -> None:
    """Import a GTFS feed (a zip or a folder).

    The import is all or nothing. A newer version of a feed replaces the older one; departures with sold seats
    stay valid, and those that vanished or changed are listed.
    """
    from wayfare.bootstrap.imports import run_gtfs_import

    run_gtfs_import(Settings.load(), file, feed_id)


@import_group.command(name="layouts")
@click.argument("file", type=click.Path(path_type=Path))
def import_layouts(file: Path) -> None:
    """Import layouts of vehicles and the rules which service gets which (TOML)."""
    from wayfare.bootstrap.imports import run_layouts_import

    run_layouts_import(Settings.load(), file)


@import_group.command(name="tariffs")
@click.argument("file", type=click.Path(path_type=Path))
def import_tariffs(file: Path) -> None:
    """Import tariffs (TOML)."""
    from wayfare.bootstrap.imports import run_tariffs_import

    run_tariffs_import(Settings.load(), file)


@import_group.command(name="fx")
@click.argument("source", metavar="FILE|URL")
def import_fx(source: str) -> None:
    """Import exchange rates of the ECB: eurofxref as CSV or XML, of one day or all days, plain or zipped.

    All or nothing; days that are there already are corrected. Running servers sell at them within a minute.
    """
    from wayfare.bootstrap.import_fx import run_fx_import

    run_fx_import(Settings.load(), source)


@import_group.command(name="sellers")
@click.argument("file", type=click.Path(path_type=Path))
def import_sellers(file: Path) -> None:
    """Import who issues invoices (TOML): legal name, address, tax number and number prefix of operators.

    Holds for documents issued from now on. Operators not named issue under their name in the timetable.
    """
    from wayfare.bootstrap.imports import run_sellers_import

    run_sellers_import(Settings.load(), file)


@main.command()
def demo() -> None:
    """Load the demo network for the next 120 days.

    Rail in India and Europe, flights and coaches.
    """
    from wayfare.bootstrap.imports import run_demo

    run_demo(Settings.load())


@main.command()
@click.option("--check", is_flag=True, help="Only say what would be done; exit code 1 when something would.")
def migrate(check: bool) -> None:
    """Bring the database schemas of all services up to date."""
    from wayfare.bootstrap.serve import run_migrate

    sys.exit(run_migrate(Settings.load(), check=check))


@main.command()
@click.option(
    "--gateway-days",
    type=click.IntRange(0, 3650),
    default=30,
    show_default=True,
    help="Compare the charges of so many days with the payment gateways' own lists; 0: do not ask them.",
)
def doctor(gateway_days: int) -> None:
    """Prove that seats, bookings, payments and gateways agree.

    Re-derives every seat from the records. Exit code 0 only when all is well, 1 when something was found.
    """
    from wayfare.bootstrap.doctor_command import run_doctor

    sys.exit(run_doctor(Settings.load(), gateway_days))


@main.command()
@click.argument("locator")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def timeline(locator: str, as_json: bool) -> None:
    """Show what happened to a booking, step by step.

    Its steps, attempts and errors, its payments, and what is still open.
    """
    from wayfare.bootstrap.timeline_command import run_timeline

    run_timeline(Settings.load(), locator, as_json=as_json)


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Measure this machine (in a checkout of the project).

    `wayfare bench --quick` takes under a minute, `wayfare bench --help` says more.
    """
    from importlib import import_module
    from importlib.util import find_spec

    sys.path.insert(0, str(Path.cwd()))
    if find_spec("benchmarks") is None or find_spec("benchmarks.run") is None:
        raise ConfigurationError("the benchmarks are part of the source: run this at the top of a checkout")
    sys.exit(import_module("benchmarks.run").main(list(arguments)))


@main.group()
def ticket() -> None:
    """Work with tickets."""


@ticket.command(name="verify")
@click.argument("source", metavar="PAYLOAD|IMAGE")
@click.option("--keys", type=click.Path(path_type=Path), help="Public keys (JSON) instead of those of the data folder.")
def ticket_verify(source: str, keys: Path | None) -> None:
    """Verify a ticket offline: the text of its barcode, or an image of the page.

    Exit code 0 when it is genuine, 1 when it is not, 2 when there is nothing to read.
    """
    from wayfare.bootstrap.ticket_command import run_ticket_verify

    sys.exit(run_ticket_verify(Settings.load(), source, keys))


@main.group()
def dlq() -> None:
    """Look after events that a consumer could not handle."""


@dlq.command(name="list")
@click.option("--consumer", help="Only those of this consumer.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def dlq_list(consumer: str | None, limit: int, as_json: bool) -> None:
    """List dead letters, the oldest first."""
    from wayfare.bootstrap.events_commands import run_dlq_list

    run_dlq_list(Settings.load(), consumer, limit, as_json=as_json)


@dlq.command(name="show")
@click.argument("number", metavar="ID", type=int)
def dlq_show(number: int) -> None:
    """Show one with its event and its error."""
    from wayfare.bootstrap.events_commands import run_dlq_show

    run_dlq_show(Settings.load(), number)


@dlq.command(name="retry")
@click.argument("numbers", metavar="[ID]…", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--consumer", help="All of this consumer.")
def dlq_retry(numbers: tuple[int, ...], everything: bool, consumer: str | None) -> None:
    """Hand them to their consumer again, behind what waits already."""
    from wayfare.bootstrap.events_commands import run_dlq_work

    count = run_dlq_work(Settings.load(), "retry", numbers, consumer, everything=everything)
    click.echo(f"{count} to be tried again")


@dlq.command(name="drop")
@click.argument("numbers", metavar="[ID]…", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of them.")
@click.option("--consumer", help="All of this consumer.")
def dlq_drop(numbers: tuple[int, ...], everything: bool, consumer: str | None) -> None:
    """Give them up for good."""
    from wayfare.bootstrap.events_commands import run_dlq_work

    count = run_dlq_work(Settings.load(), "drop", numbers, consumer, everything=everything)
    click.echo(f"{count} dropped")


@main.group()
def events() -> None:
    """Work with events."""


@events.command(name="replay")
@click.argument("consumer")
@click.option("--topic", help="Only this topic.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Only since then (UTC).")
def events_replay(consumer: str, topic: str | None, since: datetime | None) -> None:
    """Hand a consumer every kept event once more, to rebuild what it keeps. Empty its tables first."""
    from wayfare.bootstrap.events_commands import run_replay

    since = None if since is None else since.replace(tzinfo=UTC)
    click.echo(f"{run_replay(Settings.load(), consumer, topic, since)} events to be handled again")


@events.command(name="asyncapi")
@click.option("--output", type=click.Path(path_type=Path), help="Write it here instead.")
def events_asyncapi(output: Path | None) -> None:
    """Print the AsyncAPI document of all events."""
    from wayfare.bootstrap.events_commands import run_asyncapi

    run_asyncapi(output)


main.add_command(webhooks)
main.add_command(user)
main.add_command(keys)
main.add_command(api_keys)
main.add_command(fraud)
main.add_command(waiting_room)
main.add_command(compliance)


@main.command()
@click.option("--markdown", is_flag=True, help="As the table of docs/configuration.md.")
def settings(markdown: bool) -> None:
    """List the settings with their meaning and present value."""
    from wayfare.bootstrap.settings_command import settings_table

    click.echo(settings_table(markdown=markdown))


@main.command()
@click.option("--output", type=click.Path(path_type=Path), help="Write it here instead.")
def openapi(output: Path | None) -> None:
    """Print the OpenAPI document of the public API."""
    from wayfare.bootstrap.openapi import openapi_text
    from wayfare.bootstrap.printed import print_or_write

    print_or_write(openapi_text(), output)


@main.command()
def version() -> None:
    """Say which version this is."""
    click.echo(f"wayfare {__version__} (services: {', '.join(SERVICES)})")
