"""Hands a request to the service whose route it is, and its answer back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

import httpx2
import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from wayfare.gateway.gate import Gate
from wayfare.gateway.headers import Headers, headers_of_all
from wayfare.gateway.proxy.routes import RouteTable
from wayfare.gateway.proxy.upstreams import CONNECT_S, READ_S, Upstream, Upstreams
from wayfare.infrastructure import passed, tracing
from wayfare.infrastructure.metrics import Counter
from wayfare.infrastructure.rpc import CORRELATION
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.errors import Unavailable

log = structlog.get_logger()

WHOLE_BYTES_MAX = 1_048_576
"""Answers up to this length are read before they are passed on: one that breaks off can be asked for again."""
SAFE = frozenset({"GET", "HEAD"})
"""What may be asked again after it was sent."""
NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""What fails like this never left: anything may be asked elsewhere."""
_TIMEOUT = {"connect": CONNECT_S, "read": READ_S, "write": READ_S, "pool": CONNECT_S}
_HOP_BY_HOP = frozenset(
    name.encode()
    for name in (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
        *("te", "trailer", "transfer-encoding", "upgrade"),
    )
)
"""RFC 9110, 7.6.1."""
_NOT_ASKED = _HOP_BY_HOP | {b"host", b"content-length", b"expect", b"forwarded", CORRELATION.encode(), passed.HEADER}
_NOT_TOLD = (
    _HOP_BY_HOP | {name for name, _ in headers_of_all(worker=0, tls=True)} | {CORRELATION.encode(), b"date", b"server"}
)
"""What the edge of this process says itself."""
_RETRIES = Counter("wayfare_upstream_retries", "Requests that went to another address.", ["service"])
_FAILURES = Counter("wayfare_upstream_failures", "Requests that no address of a service answered.", ["service"])


class Answer:
    """`body`: all of it; None: it is to be streamed from `response`."""

    def __init__(self, upstream: Upstream, response: httpx2.Response) -> None:
        self.upstream, self.response = upstream, response
        self.body: bytes | None = None
        self.headers = without(_lowered(response.headers.raw), _NOT_TOLD, b"access-control-")

    async def read(self) -> None:
        """Where it is short. Raises httpx2.TransportError."""
        length = self.response.headers.get("content-length", "")
        if length.isdigit() and int(length) <= WHOLE_BYTES_MAX:
            self.body = b"".join([piece async for piece in self.response.aiter_raw()])
            await self.response.aclose()


class Forward:
    """The application of the gateway; what is no service's is `otherwise`'s."""

    def __init__(
        self, table: RouteTable, upstreams: Upstreams, gate: Gate, passing: passed.Passing, otherwise: ASGIApp
    ) -> None:
        self._table, self._upstreams, self._gate = table, upstreams, gate
        self._passing, self._otherwise = passing, otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises what the gate raises, and Unavailable."""
        service = self._table.find(scope) if scope["type"] == "http" else None
        if service is None:
            await self._otherwise(scope, receive, send)
            return
        await self._gate.admit(scope)
        headers = self._headers(scope)
        body = await _whole(receive)
        answer = await self._ask(service, scope, headers, body)
        try:
            await send(
                {"type": "http.response.start", "status": answer.response.status_code, "headers": answer.headers}
            )
            if answer.body is not None:
                await send({"type": "http.response.body", "body": answer.body})
            else:
                await _stream(answer.response.aiter_raw(), receive, send)
        finally:
            answer.upstream.running -= 1
            await answer.response.aclose()

    async def _ask(self, service: str, scope: Scope, headers: Headers, body: bytes) -> Answer:
        """Of one address after another, as far as that can do no harm. Raises Unavailable."""
        tried: list[Upstream] = []
        while True:
            try:
                upstream = self._upstreams.choose(service, tried)
            except Unavailable:
                _FAILURES.labels(service).inc()
                raise
            if tried:
                _RETRIES.labels(service).inc()
            tried.append(upstream)
            try:
                return await self._try(upstream, scope, headers, body)
            except httpx2.TransportError as error:
                log.warning("upstream.failed", address=upstream.address, service=service, error=type(error).__name__)
                if scope["method"] not in SAFE and not isinstance(error, NOT_SENT):
                    _FAILURES.labels(service).inc()
                    raise Unavailable(f"the service {service} broke off; it may have done what was asked") from error

    async def _try(self, upstream: Upstream, scope: Scope, headers: Headers, body: bytes) -> Answer:
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        request = httpx2.Request(
            scope["method"],
            upstream.url.copy_with(raw_path=target),
            headers=headers,
            content=body,
            extensions={"timeout": _TIMEOUT},
        )
        upstream.running += 1
        try:
            async with upstream.asking():
                answer = Answer(upstream, await _sent(upstream, request))
                await answer.read()
        except BaseException:
            upstream.running -= 1
            raise
        return answer

    def _headers(self, scope: Scope) -> Headers:
        """What the service is told: what the client said, but for what only proxies say, which this one says."""
        told = dict(scope["headers"])
        address = scope["client"][0] if scope["client"] else "unknown"
        return [
            *without(scope["headers"], _NOT_ASKED, b"x-forwarded-"),
            (CORRELATION.encode(), correlation_id.get().encode()),
            (b"x-forwarded-for", address.encode()),
            (b"x-forwarded-proto", scope["scheme"].encode()),
            (b"x-forwarded-host", told.get(b"host", b"")),
            (passed.HEADER, self._passing.seal(scope)),
        ]


def without(headers: Headers, names: Iterable[bytes], prefix: bytes) -> Headers:
    """Headers but for those named, those that Connection names, and those with the prefix."""
    for_one_hop = {name.strip().lower() for key, value in headers if key == b"connection" for name in value.split(b",")}
    dropped = for_one_hop.union(names)
    return [(name, value) for name, value in headers if name not in dropped and not name.startswith(prefix)]


def _lowered(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name.lower(), value) for name, value in headers]


async def _sent(upstream: Upstream, request: httpx2.Request) -> httpx2.Response:
    if tracing.active is None:
        return await upstream.send(request)
    told: dict[str, str] = {}
    with tracing.active.calling(f"{request.method} {upstream.address}", told):
        request.headers.update(told)
        return await upstream.send(request)


async def _whole(receive: Receive) -> bytes:
    """The body of a request. It is not long, and all here before a service is asked. Raises ClientDisconnect."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect()
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)


async def _stream(pieces: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
    """Pass on what comes until it ends, or whom it is for has gone."""
    passing_on = asyncio.create_task(_pass_on(pieces, send))
    gone = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({passing_on, gone}, return_when=asyncio.FIRST_COMPLETED)
        if passing_on.done():
            passing_on.result()
    finally:
        for task in (passing_on, gone):
            task.cancel()
        await asyncio.gather(passing_on, gone, return_exceptions=True)


async def _pass_on(pieces: AsyncIterator[bytes], send: Send) -> None:
    async for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
