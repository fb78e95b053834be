"""The ASGI application of one worker process."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp

from wayfare.bootstrap.compose import PROTOCOLS, compose
from wayfare.bootstrap.draining import Draining
from wayfare.bootstrap.gauges import keep_gauges
from wayfare.bootstrap.health import readiness_checks
from wayfare.bootstrap.public_app import include, public_app
from wayfare.bootstrap.public_edge import PublicEdge
from wayfare.bootstrap.settings import SERVICES, Settings
from wayfare.bootstrap.system import System
from wayfare.gateway import problems
from wayfare.gateway.gate import Gate
from wayfare.gateway.operations import Check, operations_router
from wayfare.infrastructure import tracing
from wayfare.infrastructure.http import LeanRoute
from wayfare.infrastructure.replica import noting_writes
from wayfare.infrastructure.rpc import rpc_router
from wayfare.infrastructure.telemetry import configure_logging
from wayfare.kernel.errors import ConfigurationError

log = structlog.get_logger()
_GC_THRESHOLDS = (20_000, 20, 50)


def create_app() -> ASGIApp:
    """Made once per worker process by the server."""
    settings = Settings.load()
    configure_logging(settings.log_level, json=settings.logs_json)
    if settings.otlp_url is not None:
        tracing.start(settings.otlp_url, _service_name(settings))
    worker_no = _take_worker_number(settings.run_dir)
    if settings.is_gateway:
        from wayfare.bootstrap.gateway_process import build_gateway

        return build_gateway(settings, worker_no=worker_no)
    system = compose(settings, settings.service_names, worker_no=worker_no)
    return build_app(system, worker_no=worker_no)


def build_app(system: System, *, worker_no: int = 0) -> ASGIApp:
    """The application around a system: public routes, operations, rpc for other processes, the edge."""
    settings = system.settings
    gate = Gate(system.customers, settings.rpc_token)
    edge = PublicEdge(system, worker_no=worker_no)
    draining = Draining(settings.drain_notice_s)
    app = public_app(lambda _: _running(system, edge, draining, worker_no), gate)
    include_routes(app, system, {**readiness_checks(system), "draining": draining.check})
    paths = [context.path or "/" for context in iter_route_contexts(app.routes)]
    around = edge.around(app, _lean_apps(system, gate), paths)
    return around if system.replica is None else noting_writes(around, system.replica)


def include_routes(app: FastAPI, system: System, checks: Mapping[str, Check]) -> None:
    """The routes of operations and of all services."""
    include(app, operations_router(checks))
    for service in system.services.values():
        for router in service.routers:
            include(app, router, responses=problems.DOCUMENTED)
        include(app, rpc_router(service.name, PROTOCOLS[service.name], service.api))


@asynccontextmanager
async def _running(system: System, edge: PublicEdge, draining: Draining, worker_no: int) -> AsyncIterator[None]:
    """The life of the application."""
    await system.start()
    # What is loaded now stays: the collector need not walk it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    gauges = asyncio.create_task(keep_gauges(system), name="gauges")
    edge.start()
    draining.watch()
    log.info("worker.ready", worker=worker_no, services=list(system.services))
    try:
        yield
    finally:
        gauges.cancel()
        await edge.stop()
        await system.stop()
        await tracing.stop()
        log.info("worker.stopped", worker=worker_no)


def _service_name(settings: Settings) -> str:
    """What traces call this process."""
    names = settings.service_names
    if settings.is_gateway:
        return "wayfare-gateway"
    return "wayfare" if set(names) == set(SERVICES) else f"wayfare-{'-'.join(names)}"


def _lean_apps(system: System, gate: Gate) -> dict[tuple[str, str], ASGIApp]:
    """Raises `ConfigurationError` for a lean route that would not be reached here: FastAPI knows no gate for it."""
    routes = (route for service in system.services.values() for router in service.routers for route in router.routes)
    apps: dict[tuple[str, str], ASGIApp] = {}
    for route in routes:
        if isinstance(route, LeanRoute):
            if "{" in route.path:
                raise ConfigurationError(f"{route.path}: a lean route has no parameters in its path")
            apps |= {(method, route.path): route.lean_app(gate.admit) for method in route.methods or ()}
    return apps


_locks: list[int] = []


def _take_worker_number(run_dir: Path) -> int:
    """The lowest number no living worker of this data folder has. Held by a file lock until the process ends."""
    run_dir.mkdir(parents=True, exist_ok=True)
    for number in range(1024):
        descriptor = os.open(run_dir / f"worker-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        _locks.append(descriptor)
        return number
    raise ConfigurationError(f"{run_dir} has no free worker number")
