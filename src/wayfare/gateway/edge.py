"""The edge: one pure ASGI layer around everything (stacked middleware costs a hundred times more).

It gives each request a correlation id, limits how often anybody asks, refuses bodies that are too large or too slow
and card numbers, ends what takes too long, answers under /api as well, turns an unexpected error into a problem, adds
the headers that every answer has, counts and logs.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wayfare.gateway import answers, metrics
from wayfare.gateway.bot_guard import BotGuard
from wayfare.gateway.card_guard import guards_body, refuse_in_body
from wayfare.gateway.headers import Headers, deprecation_headers, headers_of_all
from wayfare.gateway.limits.limiter import Limiter
from wayfare.gateway.operators_door import OperatorsDoor
from wayfare.gateway.origins import OriginNotes
from wayfare.gateway.patience import Patience
from wayfare.gateway.problems import Refused, internal_problem, problem_of
from wayfare.gateway.web_app import WebApp
from wayfare.infrastructure.passed import HEADER, Passing
from wayfare.infrastructure.rpc import CORRELATION
from wayfare.infrastructure.telemetry import correlation_id, new_correlation_id
from wayfare.infrastructure.turns import Traffic
from wayfare.kernel.card_numbers import holds_card_number
from wayfare.kernel.errors import BodyTooLarge, CardNumberRefused, WayfareError

log = structlog.get_logger("wayfare.http")
_CORRELATION = CORRELATION.encode()
_ACCEPTED_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_DRAINED_BYTES_MAX = 32 * 1024 * 1024
_DRAINED_S_MAX = 5.0
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_QUIET = frozenset({"/livez", "/readyz", "/health", "/metrics"})


class Edge:
    """Wraps the application; see the module."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_bytes_max: int,
        worker: int,
        lean: Mapping[tuple[str, str], ASGIApp] | None = None,
        origins: OriginNotes | None = None,
        traffic: Traffic | None = None,
        limits: Limiter | None = None,
        patience: Patience | None = None,
        tls: bool = False,
        bots: BotGuard | None = None,
        operators: OperatorsDoor | None = None,
        passing: Passing | None = None,
        web: WebApp | None = None,
    ) -> None:
        """`lean`: applications for (method, path) that are called without the way through `app`.

        `origins`: is told where each request that writes came from. `traffic`: counts those that are being answered.
        `bots`: asks some clients for a proof of work. `tls`: customers come by https. `operators`: where their routes
        answer. `passing`: reads what a gateway in front has found out; it has limited and noted the request, too.
        `web`: answers with files what is not for the API, past all of the above.
        """
        self._app = app
        self._lean = lean or {}
        self.body_bytes_max = body_bytes_max
        self.headers = headers_of_all(worker=worker, tls=tls)
        self.limits = limits
        self.patience = patience
        self._origins = origins
        self._traffic = traffic or Traffic()
        self.bots = bots
        self.operators = operators
        self.passing = passing
        self._web = web
        self._counters: dict[tuple[str, str, int], Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._web is not None and (file := self._web.find(scope)) is not None:
            await self._web.answer(file, scope, send, self.headers)
            return
        exchange = _Exchange(self, scope, receive, send)
        token = correlation_id.set(exchange.correlation_id)
        if self._origins is not None and not exchange.is_passed:
            self._origins.note(scope, exchange.correlation_id)
        writes = scope["method"] not in _READS
        self._traffic.writes += writes
        try:
            await exchange.run(self._lean.get((scope["method"], scope["path"]), self._app))
        finally:
            self._traffic.writes -= writes
            self._record(scope, exchange)
            if self.bots is not None and not exchange.is_passed:
                self.bots.answered(scope, exchange.status)
            correlation_id.reset(token)

    def _record(self, scope: Scope, exchange: _Exchange) -> None:
        route = scope.get("route")
        path = getattr(route, "path", None) or "unmatched"
        elapsed_s = time.perf_counter() - exchange.started
        method = scope["method"] if path != "unmatched" else "ANY"
        key = (method, path, exchange.status)
        counters = self._counters.get(key)
        if counters is None:
            counters = self._counters[key] = (
                metrics.REQUESTS.labels(method, path, str(exchange.status)),
                metrics.LATENCY.labels(method, path),
            )
        counters[0].inc()
        counters[1].observe(elapsed_s)
        if path not in _QUIET:
            log.info(
                "request.answered",
                method=scope["method"],
                route=path,
                status=exchange.status,
                elapsed_ms=round(elapsed_s * 1000, 2),
            )


class _Exchange:
    """One request and its answer."""

    __slots__ = (
        "_authorization",
        "_edge",
        "_guarded",
        "_headers",
        "_held",
        "_left",
        "_parts",
        "_passed",
        "_receive",
        "_scope",
        "_send",
        "correlation_id",
        "overdue",
        "reading",
        "started",
        "status",
    )

    def __init__(self, edge: Edge, scope: Scope, receive: Receive, send: Send) -> None:
        self.started = time.perf_counter()
        self.status = 0
        self._edge = edge
        self._scope = scope
        self._receive = receive
        self._send = send
        self._left = edge.body_bytes_max
        self.correlation_id = ""
        self.reading = False
        self.overdue: WayfareError | None = None
        self._authorization: bytes | None = None
        self._headers: Headers = []
        self._held: Message | None = None
        self._passed: bytes | None = None
        declared = 0
        for name, value in scope["headers"]:
            if name == _CORRELATION and _ACCEPTED_ID.fullmatch(value):
                self.correlation_id = value.decode()
                if holds_card_number(value):  # it would be logged
                    self.correlation_id = ""
            elif name == b"content-length" and value.isdigit():
                declared = int(value)
            elif name == b"authorization":
                self._authorization = value
            elif name == HEADER and edge.passing is not None:
                self._passed = value
        if not self.correlation_id:
            self.correlation_id = new_correlation_id()
        if declared > self._left:
            self._left = -1
        path: str = scope["path"]
        if path.startswith("/api/"):
            scope["path"] = path[4:]
            scope["raw_path"] = scope["raw_path"][4:]
        self._guarded = guards_body(scope["path"])
        self._parts: list[bytes] = []

    @property
    def is_passed(self) -> bool:
        """Somebody says that a gateway has looked at it; nothing is done before that is found true."""
        return self._passed is not None

    async def run(self, app: ASGIApp) -> None:
        patience = self._edge.patience
        if patience is not None:
            patience.begin(self)
        try:
            await self._answer(app)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self.overdue is None or task is None:
                raise
            task.uncancel()
            await self._give_up(self.overdue)
        finally:
            if patience is not None:
                patience.end(self)

    async def _answer(self, app: ASGIApp) -> None:
        try:
            if self._passed is None:
                await self._check()
            elif self._edge.passing is not None:
                self._edge.passing.open(self._scope, self._passed)
            if self._left < 0:
                raise HTTPException(413, self._limit_text())
            await app(self._scope, self.receive, self.send)
        except WayfareError as error:
            await problem_of(error)(self._scope, self._receive, self.send)
        except Refused as error:
            await problem_of(error.reason)(self._scope, self._receive, self.send)
        except HTTPException as error:  # too large: raised above, or by `receive` below through a lean route
            await self._drain()
            await problem_of(BodyTooLarge(error.detail))(self._scope, self._receive, self.send)
        except Exception as error:
            log.error("request.failed", path=self._scope["path"], exc_info=error)
            if not self.status:
                await internal_problem()(self._scope, self._receive, self.send)

    async def _check(self) -> None:
        """What is checked once, wherever customers come in. Raises the refusal."""
        edge = self._edge
        if edge.limits is not None:
            self._headers, refused = await edge.limits.admit(self._scope, self._authorization)
            if refused is not None:
                raise refused
        if edge.operators is not None:
            edge.operators.check(self._scope)
        if edge.bots is not None and self._left >= 0:
            await edge.bots.check(self._scope)

    async def _give_up(self, reason: WayfareError) -> None:
        log.warning("request.given_up", path=self._scope["path"], code=reason.code)
        if not self.status:
            self._headers = [*self._headers, (b"connection", b"close")]
            await problem_of(reason)(self._scope, self._receive, self.send)

    async def receive(self) -> Message:
        self.reading = True
        message = await self._receive()
        self.reading = False
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                # FastAPI turns any other exception raised while it reads a body into a 400.
                raise HTTPException(413, self._limit_text())
            if self._guarded:
                self._look_into(message)
        return message

    def _look_into(self, message: Message) -> None:
        """Look at a body for card numbers once all of it is here. Raises Refused."""
        body = message.get("body", b"")
        if message.get("more_body", False):
            self._parts.append(body)
            return
        try:
            refuse_in_body(b"".join([*self._parts, body]) if self._parts else body)
        except CardNumberRefused as error:
            raise Refused(error) from None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self.status:
                return
            self.status = message["status"]
            headers = message.setdefault("headers", [])
            headers.append((_CORRELATION, self.correlation_id.encode()))
            headers.extend(self._edge.headers)
            headers.extend(self._headers)
            route = self._scope.get("route")
            if route is not None and self._passed is None and getattr(route, "deprecated", None):
                headers.extend(deprecation_headers(route))
            if answers.can_be_finished(self._scope, headers):
                self._held = message
                return
        elif self._held is not None:
            start, self._held = self._held, None
            start, message = answers.finish(self._scope, start, message)
            self.status = start["status"]
            await self._send(start)
        await self._send(message)

    async def _drain(self) -> None:
        """Read on for a while: answering while bytes arrive resets the connection before a client reads."""
        left = _DRAINED_BYTES_MAX
        try:
            async with asyncio.timeout(_DRAINED_S_MAX):
                while left > 0:
                    message = await self._receive()
                    if message["type"] != "http.request" or not message.get("more_body", False):
                        return
                    left -= len(message.get("body", b""))
        except TimeoutError:
            log.info("request.not_drained", path=self._scope["path"])

    def _limit_text(self) -> str:
        return f"the body may have {self._edge.body_bytes_max} bytes at most"
