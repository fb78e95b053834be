"""Which PostgreSQL this process uses: the configured one, our own, or that of a server already running here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from wayfare.bootstrap.settings import Settings
from wayfare.infrastructure.embedded_postgres import DataFolderInUse, EmbeddedPostgres
from wayfare.kernel.errors import ConfigurationError

_ADDRESS = "postgres.url"
_BEHIND = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.InvalidSchemaNameError)


@contextmanager
def database_server(settings: Settings, *, share: bool) -> Iterator[Settings]:
    """Settings whose `database_url` answers, for the life of the context.

    With `share`, a command joins the server that another process (`wayfare serve`) runs on the same data folder;
    without it, that is an error. Raises DataFolderInUse, EmbeddedPostgresError, and ConfigurationError for what the
    caller did not find in a database that is behind this version.
    """
    try:
        with _reached(settings, share=share) as ready:
            yield ready
    except _BEHIND as error:
        raise ConfigurationError(f"the database is not up to date: {error}; run `wayfare migrate`") from error


@contextmanager
def _reached(settings: Settings, *, share: bool) -> Iterator[Settings]:
    if settings.database_url is not None:
        yield settings
        return
    server = EmbeddedPostgres(settings.data_dir, max_connections=_connections(settings))
    address = settings.run_dir / _ADDRESS
    try:
        url = server.start()
    except DataFolderInUse:
        if not share or not address.exists():
            raise
        yield settings.model_copy(update={"database_url": address.read_text().strip()})
        return
    try:
        _write_private(address, url)
        yield settings.model_copy(update={"database_url": url})
    finally:
        address.unlink(missing_ok=True)
        server.stop()


def _connections(settings: Settings) -> int:
    """Pool and lanes of every worker, commands and services run beside the server, and some for a person with psql."""
    return max(150, settings.workers * (settings.pool_size + 25) + 60)


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.chmod(0o600)
    fresh.replace(path)
