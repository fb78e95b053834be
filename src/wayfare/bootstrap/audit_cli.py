"""The command line of the audit log: `wayfare audit`. Heavy parts are imported inside the commands."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from wayfare.bootstrap.settings import Settings

_INSTANT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def audit() -> None:
    """Search, verify and export the log of who did what.

    Every write by anybody: to which object, when, and from where.
    """


@audit.command(name="verify")
@click.argument("export", required=False, type=click.Path(path_type=Path), metavar="[EXPORT]")
@click.option("--keys", type=click.Path(path_type=Path), help="Public keys (JSON) instead of those of the data folder.")
def audit_verify(export: Path | None, keys: Path | None) -> None:
    """Verify every row and checkpoint of the log, or of an exported file without a connection.

    Exit code 0 when all is as it was written, 1 when something was altered, removed, inserted or moved.
    """
    from wayfare.bootstrap.audit_commands import run_verify

    if export is None and keys is not None:
        raise click.UsageError("--keys is for verifying an exported file")
    sys.exit(run_verify(Settings.load(), export, keys))


@audit.command(name="search")
@click.option("--actor", help="Who: guest:K7M2QX, operator:alice, system:payments.")
@click.option("--object", help="What it was done to: booking:<id>, feed:<id>.")
@click.option("--action", help="What was done: booking.cancelled, timetable.imported.")
@click.option("--correlation-id", help="All that came of one request.")
@click.option("--text", default="", help="Words that stand in the row: a locator, an amount, a file.")
@click.option("--since", type=_INSTANT, help="Since then (UTC).")
@click.option("--until", type=_INSTANT, help="Before then (UTC).")
@click.option("--before", type=click.IntRange(1), help="The next page: rows before this number.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--personal", is_flag=True, help="Show personal values too; that is recorded.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def audit_search(
    since: datetime | None, until: datetime | None, text: str, personal: bool, as_json: bool, **asked: str | int | None
) -> None:
    """Search the log, the newest row first. All that is asked for has to fit."""
    from wayfare.bootstrap.audit_commands import query_of, run_search

    query = query_of(text, _utc(since), _utc(until), asked)
    run_search(Settings.load(), query, personal=personal, as_json=as_json)


@audit.command(name="export")
@click.option("--output", type=click.Path(path_type=Path), help="Write it here instead.")
def audit_export(output: Path | None) -> None:
    """Write the whole log as JSON lines with its checkpoints. `wayfare audit verify FILE` verifies it anywhere."""
    from wayfare.bootstrap.audit_commands import run_export

    run_export(Settings.load(), output)


@audit.command(name="forget")
@click.argument("person")
def audit_forget(person: str) -> None:
    """Erase what the log knows of a person, named as the actor: guest:K7M2QX.

    Their key is destroyed, so what was encrypted with it is never read again. The chain stays whole.
    """
    from wayfare.bootstrap.audit_commands import run_forget

    run_forget(Settings.load(), person)
    click.echo(f"forgotten: {person}")


@audit.command(name="checkpoint")
def audit_checkpoint() -> None:
    """Sign what the log has come to now. `wayfare serve` does so every minute."""
    from wayfare.bootstrap.audit_commands import run_checkpoint

    click.echo(run_checkpoint(Settings.load()))


@audit.command(name="keys")
def audit_keys() -> None:
    """Print the public keys (JSON) that verify exports elsewhere."""
    from wayfare.bootstrap.audit_commands import public_keys_text

    click.echo(public_keys_text(Settings.load()))


def _utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(tzinfo=UTC)
