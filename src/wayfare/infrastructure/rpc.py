"""One contract, two transports: any `Protocol` of the contracts served and called over HTTP.

Each method takes one message and returns one; both cross as MessagePack. Errors cross by their code. The caller's
correlation id and deadline go along. In-process calls are not stronger: no session and no transaction is shared.
"""

from __future__ import annotations

import inspect
import time
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


class _Client:
    def __init__(
        self, service: str, protocol: type, base_url: str, secret: str, timeout_s: float, transport: Any
    ) -> None:
        # Certificates take long to load, and are for https alone.
        self._http = httpx2.AsyncClient(
            base_url=base_url, timeout=timeout_s, transport=transport, verify=base_url.startswith("https:")
        )
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
                    response = await self._http.post(path, content=content, headers=headers)
                else:
                    with tracing.active.calling(f"POST {path}", headers):
                        response = await self._http.post(path, content=content, headers=headers)
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
        await self._http.aclose()


def rpc_client(
    service: str, protocol: type[T], base_url: str, *, secret: str, timeout_s: float = 10.0, transport: Any = None
) -> T:
    """An implementation of a contract that calls another process. Raises what the other side raised.

    `transport`: another one than TCP, an application in this process for instance.
    """
    return cast(T, _Client(service, protocol, base_url, secret, timeout_s, transport))
