"""`wayfare dlq …` and `wayfare events …`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click
import msgspec
from rich.console import Console
from rich.table import Table

from wayfare.bootstrap.compose import SCHEMAS
from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.events import all_outboxes
from wayfare.bootstrap.operator_trail import Deed, record_deeds
from wayfare.bootstrap.schema import prepare_database
from wayfare.bootstrap.settings import Settings
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.dead_letters import DeadLetter, DeadLetters, replay
from wayfare.kernel.errors import NotFound, ValidationFailed

T = TypeVar("T")
_POOL = 3


def run_dlq_list(settings: Settings, consumer: str | None, limit: int, *, as_json: bool) -> None:
    """Print dead letters, the oldest first."""
    letters = _run(settings, lambda letters: letters.oldest(consumer, limit))
    if as_json:
        for letter in letters:
            click.echo(msgspec.json.encode(letter))
        return
    if not letters:
        click.echo("no dead letters")
        return
    table = Table("id", "consumer", "type", "key", "attempts", "died at", "error")
    for letter in letters:
        died_at = letter.died_at.isoformat(timespec="seconds")
        table.add_row(
            str(letter.id), letter.consumer, letter.type, letter.key, str(letter.attempts), died_at, letter.error
        )
    Console().print(table)


def run_dlq_show(settings: Settings, number: int) -> None:
    """Raises NotFound."""
    letter = _run(settings, lambda letters: letters.get(number))
    facts = msgspec.to_builtins(letter) | {"event": json.loads(letter.event)}
    click.echo(json.dumps(facts, indent=2, ensure_ascii=False))


def run_dlq_work(
    settings: Settings, action: str, numbers: Sequence[int], consumer: str | None, *, everything: bool
) -> int:
    """`action`: retry or drop. How many it was done to; raises NotFound for one that is not there, ValidationFailed."""
    if bool(numbers) == (everything or consumer is not None):
        raise ValidationFailed("name the dead letters by their ids, or use --all or --consumer")

    async def work(letters: DeadLetters) -> tuple[int, Sequence[DeadLetter]]:
        chosen = await letters.among(numbers or await letters.all_of(consumer))
        ids = [letter.id for letter in chosen]
        return await (letters.retry(ids) if action == "retry" else letters.drop(ids)), chosen

    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        count, chosen = asyncio.run(_on_letters(ready, work))
        record_deeds(ready, [_deed(action, letter) for letter in chosen])
    if numbers and count < len(set(numbers)):
        raise NotFound(f"only {count} of {len(set(numbers))} were there")
    return count


def run_replay(settings: Settings, consumer: str, topic: str | None, since: datetime | None) -> int:
    """How many events are queued again. Raises NotFound."""

    async def work(ready: Settings) -> int:
        async with AsyncExitStack() as opened:
            databases: dict[str, Database] = {}
            for name in SCHEMAS:
                url = ready.database_url_of(name)
                if url not in databases:
                    databases[url] = await opened.enter_async_context(Database(url, pool_size=_POOL))
            outboxes = all_outboxes(lambda name: databases[ready.database_url_of(name)])
            unknown = NotFound(f"there is no consumer {consumer!r}")
            for database in databases.values():
                try:
                    return await replay(database, outboxes, consumer, topic, since)
                except NotFound as error:
                    unknown = error
            raise unknown

    with database_server(settings, share=True) as ready:
        prepare_database(ready)
        count = asyncio.run(work(ready))
        facts = {"events": count, "topic": topic, "since": None if since is None else since.isoformat()}
        record_deeds(ready, [Deed("events.replayed", f"consumer:{consumer}", after=facts)])
    return count


def run_asyncapi(target: Path | None) -> None:
    """Print the document, or write it."""
    from wayfare.bootstrap.asyncapi import asyncapi_text
    from wayfare.bootstrap.printed import print_or_write

    print_or_write(asyncapi_text(), target)


def _deed(action: str, letter: DeadLetter) -> Deed:
    facts = {
        "consumer": letter.consumer,
        "type": letter.type,
        "key": letter.key,
        "attempts": letter.attempts,
        "error": letter.error,
    }
    if action == "retry":
        return Deed("dead_letter.retried", f"dead_letter:{letter.id}", before=facts, after={"attempts": 0})
    return Deed("dead_letter.dropped", f"dead_letter:{letter.id}", before=facts)


def _run(settings: Settings, work: Callable[[DeadLetters], Awaitable[T]]) -> T:
    """On the dead letters of the main database."""
    with database_server(settings, share=True) as ready:
        return asyncio.run(_on_letters(ready, work))


async def _on_letters(settings: Settings, work: Callable[[DeadLetters], Awaitable[T]]) -> T:
    async with Database(str(settings.database_url), pool_size=_POOL) as database:
        return await work(DeadLetters(database))
