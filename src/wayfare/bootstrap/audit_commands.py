"""`wayfare audit …`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, TypeVar

import click
import msgspec

from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.operator_trail import Deed, by_operator, record_deeds
from wayfare.bootstrap.schema import prepare_database
from wayfare.bootstrap.settings import Settings
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.telemetry import new_correlation_id
from wayfare.services.audit.application.ports import Found, Query
from wayfare.services.audit.domain.entry import split
from wayfare.services.audit.domain.from_events import EPOCH, us_of
from wayfare.services.audit.domain.verification import Fault, Verdict
from wayfare.services.audit.wiring import AuditUseCases, key_file_of, make_use_cases, public_keys, verify_export

T = TypeVar("T")
_POOL = 3


def run_verify(settings: Settings, export: Path | None, keys: Path | None) -> int:
    """Print what is wrong, row by row. Gives the exit code."""
    if export is None:
        return _print_verdict(_run(settings, lambda use_cases: use_cases.verify()))
    return _print_verdict(asyncio.run(verify_export(export, keys or key_file_of(settings.audit_keys))))


def query_of(text: str, since: datetime | None, until: datetime | None, asked: Mapping[str, Any]) -> Query:
    """`asked`: actor, object, action, correlation_id, before and limit."""
    return Query(
        actor=asked["actor"],
        object=asked["object"],
        action=asked["action"],
        correlation_id=asked["correlation_id"],
        words=tuple(split(text)),
        since_us=None if since is None else us_of(since),
        until_us=None if until is None else us_of(until),
        before_seq=asked["before"],
        limit=asked["limit"],
    )


def run_search(settings: Settings, query: Query, *, personal: bool, as_json: bool) -> None:
    """Print rows; that personal values were shown is recorded before they are."""
    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        found = asyncio.run(_with_log(ready, lambda use_cases: use_cases.log.search(query)))
        if personal and found:
            shown = {"first_row": found[-1].entry.seq, "last_row": found[0].entry.seq, "rows": len(found)}
            record_deeds(ready, [Deed("audit.personal_read", "audit", after=shown)])
    for item in found:
        click.echo(_line(item, personal=personal, as_json=as_json))
    if len(found) == query.limit:
        click.echo(f"more: --before {found[-1].entry.seq}", err=True)


def run_export(settings: Settings, output: Path | None) -> None:
    """That it was taken out is recorded, behind what it holds."""
    if output is None:
        _export(settings, sys.stdout.buffer)
        return
    with output.open("wb") as file:
        rows, checkpoints = _export(settings, file)
    click.echo(f"{rows} rows and {checkpoints} checkpoints")


def _export(settings: Settings, target: IO[bytes]) -> tuple[int, int]:
    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        rows, checkpoints = asyncio.run(_with_log(ready, lambda use_cases: use_cases.export(target)))
        record_deeds(ready, [Deed("audit.exported", "audit", after={"rows": rows, "checkpoints": checkpoints})])
    return rows, checkpoints


def run_forget(settings: Settings, person: str) -> None:
    """Raises NotFound when nothing personal is kept of them."""
    by = by_operator(Deed("person.forgotten", person), new_correlation_id())
    _run(settings, lambda use_cases: use_cases.forget(person, by))


def run_checkpoint(settings: Settings) -> str:
    made = _run(settings, lambda use_cases: use_cases.sign())
    return "nothing new to sign" if made is None else f"checkpoint {made.number} signs row {made.seq}"


def public_keys_text(settings: Settings) -> str:
    return public_keys(settings.audit_keys).decode()


def _print_verdict(verdict: Verdict) -> int:
    for fault in verdict.faults:
        click.echo(f"{fault.kind}: {_where(fault)}{fault.detail}")
    if verdict.fault_count > len(verdict.faults):
        click.echo(f"… and {verdict.fault_count - len(verdict.faults)} more")
    click.echo(
        f"{verdict.rows} rows, {verdict.checkpoints} checkpoints, signed up to row {verdict.signed}: "
        + (f"{verdict.fault_count} FAULTS" if verdict.fault_count else "as it was written")
    )
    return 1 if verdict.fault_count else 0


def _where(fault: Fault) -> str:
    if fault.row == 0:
        return ""
    return f"row {fault.row}: " if fault.to == fault.row else f"rows {fault.row} to {fault.to}: "


def _line(found: Found, *, personal: bool, as_json: bool) -> str:
    entry = found.entry
    at = (EPOCH + timedelta(microseconds=entry.at_us)).isoformat(timespec="milliseconds")
    shown = "erased" if found.personal is None else found.personal
    if as_json:
        facts = {
            "row": entry.seq,
            "at": at,
            "actor": entry.actor,
            "action": entry.action,
            "object": entry.object,
            "correlation_id": entry.correlation_id,
            "before": _facts(entry.before),
            "after": _facts(entry.after),
        }
        return msgspec.json.encode(facts | ({"personal": shown} if personal else {})).decode()
    parts = [str(entry.seq), at, entry.actor, entry.action, entry.object, entry.correlation_id or "-"]
    parts += [f"{entry.before or '-'} -> {entry.after or '-'}"]
    return "  ".join(parts + ([msgspec.json.encode(shown).decode()] if personal else []))


def _facts(text: str | None) -> object:
    try:
        return None if text is None else msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text  # an altered row; `wayfare audit verify` tells


def _run(settings: Settings, work: Callable[[AuditUseCases], Awaitable[T]]) -> T:
    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        return asyncio.run(_with_log(ready, work))


async def _with_log(settings: Settings, work: Callable[[AuditUseCases], Awaitable[T]]) -> T:
    async with Database(settings.database_url_of("audit"), pool_size=_POOL) as database:
        return await work(
            make_use_cases(database=database, outboxes=(), keys_dir=settings.audit_keys, secret=settings.audit_secret)
        )
