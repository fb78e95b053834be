"""`wayfare serve` and `wayfare migrate`: from nothing to a listening server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys

import click

from wayfare.bootstrap.database_server import database_server
from wayfare.bootstrap.schema import check_connections, pending_migrations, prepare_database
from wayfare.bootstrap.settings import SERVICES, Settings
from wayfare.bootstrap.tables import table_faults
from wayfare.infrastructure.events.broker import open_broker
from wayfare.infrastructure.redis import open_redis
from wayfare.kernel.errors import ConfigurationError

_BACKLOG = 4096
STARTUP_FAILED = 3


def run_server(settings: Settings, *, demo: bool) -> None:
    """Serve until told to stop. Raises `ConfigurationError` for what would make that impossible."""
    names = settings.service_names
    _check_port(settings.host, settings.port)
    if settings.admin_port is not None:
        if settings.admin_port == settings.port:
            raise ConfigurationError("WAYFARE_ADMIN_PORT must be another port than WAYFARE_PORT")
        _check_port(settings.admin_host or settings.host, settings.admin_port)
    _check_addresses(settings)
    if settings.is_gateway:
        if not any(map(settings.urls_of, SERVICES)):
            raise ConfigurationError("the gateway knows no service: set WAYFARE_BOOKINGS_URL and the like")
        _hand_down(settings)
        _listen(settings)
        return
    with database_server(settings, share=False) as ready:
        prepare_database(ready)
        asyncio.run(check_connections(ready, names))
        if demo:
            from wayfare.bootstrap.imports import load_demo

            load_demo(ready)
        _hand_down(ready)
        _listen(ready)


def run_migrate(settings: Settings, *, check: bool) -> int:
    """Migrate, or with `check` say what is pending. Gives the exit code."""
    with database_server(settings, share=True) as ready:
        pending = asyncio.run(pending_migrations(ready))
        pending += [f"table {name}" for name in asyncio.run(table_faults(ready))]
        for name in pending:
            click.echo(f"{'pending' if check else 'migrating'}: {name}")
        if not pending:
            click.echo("the database is up to date")
        elif not check:
            prepare_database(ready)
    return 1 if check and pending else 0


def _check_port(host: str, port: int) -> None:
    """Say so before anything is started when somebody else listens there."""
    if port == 0:
        return
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError(f"cannot listen on {host}:{port}: {error.strerror}") from None


def _check_addresses(settings: Settings) -> None:
    """What is wrong with those of broker and Redis, such as a file for TLS, shows before anything is started."""
    open_broker(settings.events_url, ())
    if settings.redis_url is not None:
        open_redis(settings.redis_url.get_secret_value())


def _hand_down(settings: Settings) -> None:
    """Worker processes read their settings from the environment."""
    if settings.database_url is not None:
        os.environ["WAYFARE_DATABASE_URL"] = settings.database_url
        os.environ.pop("WAYFARE_DATABASE_URL_FILE", None)  # it is known now
    if settings.workers > 1:
        folder = settings.run_dir / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _listen(settings: Settings) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from wayfare.gateway.operations import NO_WEB_APP
    from wayfare.gateway.web_app import is_built

    click.echo(f"Wayfare answers on http://{settings.host}:{settings.port} (API at /docs); Ctrl-C stops it", err=True)
    if not is_built(settings.web_path):
        click.echo(NO_WEB_APP, err=True)
    config = uvicorn.Config(
        "wayfare.bootstrap.asgi:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="uvloop",
        http="wayfare.bootstrap.http_protocol:OnePieceProtocol",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=settings.drain_s,
    )
    sockets = [config.bind_socket()]
    if settings.admin_port is not None:
        admin = uvicorn.Config("", host=settings.admin_host or settings.host, port=settings.admin_port)
        sockets.append(admin.bind_socket())
    if settings.workers > 1:
        Multiprocess(config, sockets=sockets).run()
        return
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):  # the server has stopped, and hands the signal on
        server.run(sockets)
    if not server.started:
        sys.exit(STARTUP_FAILED)
