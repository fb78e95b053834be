"""One contract, two transports: any `Protocol` of the contracts served and called over HTTP.

Each method takes one message and returns one; both cross as MessagePack. Errors cross by their code. The caller's
correlation id and deadline go along. In-process calls are not stronger: no session and no transaction is shared.
"""

from __future__ import annotations

import inspect
import itertools
import time
from collections.abc import Sequence
from typing import Any, TypeVar, cast, get_type_hints

import httpx2
import msgspec
from fastapi import APIRouter, Request, Response

from wayfare.infrastructure import tracing
from wayfare.infrastructure.access import processes
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.errors import Unavailable, WayfareError, error_classes

T = TypeVar("T")
_MEDIA = "application/msgpack"
_ERROR = "x-wayfare-error"
_DEADLINE = "x-wayfare-deadline"
CORRELATION = "x-correlation-id"
_CONNECT_S = 2.0
_REFUSED_S = 5.0


def contract_methods(protocol: type) -> dict[str, tuple[type, type]]:
    """The methods of a contract with the types of their message and answer."""
    methods = {}
    for name, function in inspect.getmembers(protocol, inspect.isfunction):
        if not name.startswith("_"):
            hints = get_type_hints(function)
            methods[name] = (hints["message"], hints["return"])
    return methods


def rpc_router(service: str, protocol: type, implementation: Any) -> APIRouter:
    """Serve a contract at /rpc/{service}/{method}."""
    router = APIRouter(include_in_schema=False)
    for name, (message_type, _) in contract_methods(protocol).items():
        decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(message_type)
        router.add_api_route(
            f"/rpc/{service}/{name}", _endpoint(getattr(implementation, name), decoder), methods=["POST"]
        )
    return router


def _endpoint(call: Any, decoder: msgspec.msgpack.Decoder[Any]) -> Any:
    @processes
    async def endpoint(request: Request) -> Response:
        deadline = float(request.headers.get(_DEADLINE, "inf"))
        try:
            if time.time() > deadline:
                raise Unavailable("the caller has given up")
            answer = await call(decoder.decode(await request.body()))
        except WayfareError as error:
            facts = {"detail": error.detail, "facts": dict(error.facts)}
            return Response(msgspec.msgpack.encode(facts), 409, {_ERROR: error.code}, _MEDIA)
        return Response(msgspec.msgpack.encode(answer), 200, None, _MEDIA)

    return endpoint


class _Peers:
    """The addresses of a service, which take turns; one that refuses is asked last for a while."""

    def __init__(self, addresses: Sequence[str], timeout_s: float, transport: Any) -> None:
        timeout = httpx2.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_S))
        # Certificates take long to load, and are for https alone.
        self._clients = [
            httpx2.AsyncClient(
                base_url=address, timeout=timeout, transport=transport, verify=address.startswith("https:")
            )
            for address in addresses
        ]
        self._refused_at = [-_REFUSED_S] * len(self._clients)
        self._turn = itertools.count()

    async def post(self, path: str, content: bytes, headers: dict[str, str]) -> httpx2.Response:
        """Of the first that can be reached. Raises httpx2.HTTPError."""
        now, everyone = time.monotonic(), range(len(self._clients))
        well = [number for number in everyone if now - self._refused_at[number] >= _REFUSED_S]
        turn = next(self._turn) % len(well) if well else 0
        order = [*well[turn:], *well[:turn], *(number for number in everyone if number not in well)]
        for number in order[:-1]:
            try:
                return await self._clients[number].post(path, content=content, headers=headers)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):  # nothing was sent: another may be asked
                self._refused_at[number] = time.monotonic()
        return await self._clients[order[-1]].post(path, content=content, headers=headers)

    async def aclose(self) -> None:
        for client in self._clients:
            await client.aclose()


class _Client:
    def __init__(
        self, service: str, protocol: type, addresses: Sequence[str], secret: str, timeout_s: float, transport: Any
    ) -> None:
        self._peers = _Peers(addresses, timeout_s, transport)
        self._timeout_s = timeout_s
        self._secret = secret
        self._errors = error_classes()
        for name, (_, answer_type) in contract_methods(protocol).items():
            setattr(self, name, self._caller(f"/rpc/{service}/{name}", msgspec.msgpack.Decoder(answer_type)))

    def _caller(self, path: str, decoder: msgspec.msgpack.Decoder[Any]) -> Any:
        async def call(message: Any) -> Any:
            headers = {
                "content-type": _MEDIA,
                "authorization": f"Bearer {self._secret}",
                _DEADLINE: str(time.time() + self._timeout_s),
                CORRELATION: correlation_id.get(),
            }
            content = msgspec.msgpack.encode(message)
            try:
                if tracing.active is None:
                    response = await self._peers.post(path, content, headers)
                else:
                    with tracing.active.calling(f"POST {path}", headers):
                        response = await self._peers.post(path, content, headers)
            except httpx2.HTTPError as error:
                raise Unavailable(f"{path} cannot be reached: {type(error).__name__}") from error
            if response.status_code == 200:
                return decoder.decode(response.content)
            raise self._error(path, response)

        return call

    def _error(self, path: str, response: httpx2.Response) -> WayfareError:
        code = response.headers.get(_ERROR)
        if code is None:
            return Unavailable(f"{path} answered {response.status_code}")
        content = msgspec.msgpack.decode(response.content)
        return self._errors.get(code, WayfareError)(content["detail"], **content["facts"])

    async def aclose(self) -> None:
        await self._peers.aclose()


def rpc_client(
    service: str,
    protocol: type[T],
    addresses: str | Sequence[str],
    *,
    secret: str,
    timeout_s: float = 10.0,
    transport: Any = None,
) -> T:
    """An implementation of a contract that calls another process. Raises what the other side raised.

    `addresses`: one, or several processes that all serve it.
    `transport`: another one than TCP, an application in this process for instance.
    """
    listed = [addresses] if isinstance(addresses, str) else addresses
    return cast(T, _Client(service, protocol, listed, secret, timeout_s, transport))
