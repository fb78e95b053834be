"""From settings to the edge: what it limits, whom it believes, how long it waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from wayfare.bootstrap.limits import bucket_store
from wayfare.bootstrap.settings import Settings
from wayfare.bootstrap.system import System
from wayfare.bootstrap.waiting import bot_guard
from wayfare.gateway.edge import Edge
from wayfare.gateway.headers import EXPOSED
from wayfare.gateway.limits.callers import Callers
from wayfare.gateway.limits.limiter import Limiter
from wayfare.gateway.operators_door import OperatorsDoor
from wayfare.gateway.origins import OriginNotes
from wayfare.gateway.patience import Patience
from wayfare.gateway.web_app import WebApp, is_built, page_policy
from wayfare.infrastructure import tracing
from wayfare.infrastructure.addresses import Networks
from wayfare.infrastructure.passed import Passing
from wayfare.infrastructure.rpc import CORRELATION

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_TRACE = ("traceparent", "tracestate")
_ACCEPTED = ("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-Device-Id", *_TRACE, CORRELATION)


class PublicEdge:
    """The edge of one process, with what runs beside it."""

    def __init__(self, system: System, *, worker_no: int, is_gateway: bool = False) -> None:
        """`is_gateway`: nobody stands in front of it but proxies of others. Raises ConfigurationError."""
        settings = system.settings
        self._settings, self._worker_no = settings, worker_no
        self._origins = None if system.audit is None else OriginNotes(system.audit)
        self._limits = _limiter(settings, system)
        self._traffic = system.traffic
        self._bots = bot_guard(system)
        self._patience = Patience(settings.request_timeout_s, settings.body_timeout_s)
        self._passing = None if is_gateway else Passing(settings.secret_bytes)

    def around(self, app: ASGIApp, lean: Mapping[tuple[str, str], ASGIApp], paths: Collection[str] = ()) -> ASGIApp:
        """The application as the server calls it. `paths`: of all its routes."""
        settings = self._settings
        edge: ASGIApp = Edge(
            app,
            body_bytes_max=settings.body_bytes_max,
            worker=self._worker_no,
            lean=lean,
            origins=self._origins,
            traffic=self._traffic,
            limits=self._limits,
            patience=self._patience,
            tls=settings.public_url.startswith("https://"),
            bots=self._bots,
            operators=_operators_door(settings),
            passing=self._passing,
            web=_web_app(settings, paths),
        )
        if tracing.active is not None:
            from wayfare.gateway.traced import Traced

            edge = Traced(edge, tracing.active)
        if settings.cors_origin_list:
            edge = CORSMiddleware(
                edge,
                allow_origins=settings.cors_origin_list,
                allow_methods=_METHODS,
                allow_headers=_ACCEPTED,
                expose_headers=(*EXPOSED, CORRELATION),
                max_age=600,
            )
        if settings.trusted_proxies:
            proxies = settings.trusted_proxies.replace(" ", "").split(",")
            edge = ProxyHeadersMiddleware(edge, trusted_hosts=proxies)  # type: ignore[arg-type,assignment]
        return edge

    def start(self) -> None:
        if self._origins is not None:
            self._origins.start()
        if self._limits is not None:
            self._limits.start()
        self._patience.start()

    async def stop(self) -> None:
        await self._patience.stop()
        if self._limits is not None:
            await self._limits.stop()
        if self._origins is not None:
            await self._origins.stop()


def _operators_door(settings: Settings) -> OperatorsDoor | None:
    """None where operators' routes answer as all others do."""
    addresses = Networks(settings.admin_from) if settings.admin_from else None
    if settings.admin_port is None and addresses is None:
        return None
    return OperatorsDoor(settings.admin_port, addresses)


def _limiter(settings: Settings, system: System) -> Limiter | None:
    policies = settings.rate_limit_policies
    if policies is None:
        return None
    customers = system.customers
    return Limiter(
        policies,
        store=bucket_store(settings, system.databases.get(settings.database_url or "")),
        find_caller=None if customers is None else Callers(customers),
        exempt=Networks(settings.rate_limits_exempt) if settings.rate_limits_exempt else None,
    )


def _web_app(settings: Settings, paths: Collection[str]) -> WebApp | None:
    """None when it is not built; `wayfare serve` says so."""
    if not is_built(settings.web_path):
        return None
    reserved = {path.split("/")[1] for path in paths} - {""}
    policy = page_policy(stripe=bool(settings.payment_stripe_publishable_key))
    return WebApp(settings.web_path, reserved | {"api", "rpc", "v1"}, policy)
