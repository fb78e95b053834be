"""`wayfare serve gateway`: the edge in a process of its own, in front of services in others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from fastapi.routing import APIRouter, iter_route_contexts
from starlette.types import ASGIApp

from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.draining import Draining
from wayfare.bootstrap.public_app import include, public_app
from wayfare.bootstrap.public_edge import PublicEdge
from wayfare.bootstrap.settings import SERVICES, Settings
from wayfare.bootstrap.system import System
from wayfare.gateway import problems
from wayfare.gateway.gate import Gate
from wayfare.gateway.operations import Check, operations_router
from wayfare.gateway.proxy.forward import Forward
from wayfare.gateway.proxy.routes import RouteTable
from wayfare.gateway.proxy.upstreams import Upstreams
from wayfare.infrastructure import tracing
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.passed import Passing

log = structlog.get_logger()
_NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
_BUCKETS_POOL = 2


def build_gateway(settings: Settings, *, worker_no: int) -> ASGIApp:
    """The application of the gateway, for the services whose addresses the settings know."""
    addresses = {name: settings.urls_of(name) for name in SERVICES if settings.urls_of(name)}
    upstreams = Upstreams(addresses, settings.upstream_connections_max)
    system = compose(settings, (), run_jobs=False)
    if settings.database_url is not None and settings.redis_url is None:  # for the buckets that processes share
        system.databases[settings.database_url] = Database(
            settings.database_url, pool_size=_BUCKETS_POOL, application_name="wayfare-gateway"
        )
    gate = Gate(system.customers, settings.rpc_token)
    edge = PublicEdge(system, worker_no=worker_no, is_gateway=True)
    draining = Draining(settings.drain_notice_s)

    app = public_app(lambda _: _running(system, upstreams, edge, draining), gate)
    include(app, operations_router(_checks(upstreams, draining)))
    declared = {name: routers for name, routers in declared_routers(settings).items() if name in addresses}
    for routers in declared.values():
        for router in routers:  # for what is published of them; nothing of theirs runs here
            include(app, router, responses=problems.DOCUMENTED)
    forward = Forward(RouteTable(declared), upstreams, gate, Passing(settings.secret_bytes), app)
    paths = [context.path or "/" for context in iter_route_contexts(app.routes)]
    return edge.around(forward, {}, paths)


def declared_routers(settings: Settings) -> Mapping[str, Sequence[APIRouter]]:
    """The routes of all services, as these settings have them: built, never started, in a folder that goes again."""
    with TemporaryDirectory(prefix="wayfare-routes-") as folder:
        alone = {
            "data_dir": Path(folder),
            "database_url": _NOWHERE,
            "audit_keys_dir": None,
            "data_keys_file": None,
            "data_keys_kms": "",
            "redis_url": None,
            "database_replica_url": None,
            "sessions_url": None,
            "booking_lists_url": None,
            "payment_gateway": "simulated",
            "payment_routes": "",
        }
        system = compose(settings.model_copy(update=alone), SERVICES, run_jobs=False)
        return {name: service.routers for name, service in system.services.items()}


def _checks(upstreams: Upstreams, draining: Draining) -> Mapping[str, Check]:
    """One service that is away is no reason to send nobody here any more."""

    async def services() -> str | None:
        away = upstreams.away()
        return "none of the services answers" if len(away) == len(upstreams) else None

    return {"draining": draining.check, "services": services}


@asynccontextmanager
async def _running(system: System, upstreams: Upstreams, edge: PublicEdge, draining: Draining) -> AsyncIterator[None]:
    for database in system.databases.values():
        await database.start()
        database.watch()
    await upstreams.start()
    edge.start()
    draining.watch()
    log.info("gateway.ready", away=upstreams.away())
    try:
        yield
    finally:
        await edge.stop()
        await upstreams.stop()
        await asyncio.gather(*(client.aclose() for client in system.clients))
        await system.events.aclose()
        for database in system.databases.values():
            await database.stop()
        await tracing.stop()
        log.info("gateway.stopped")
