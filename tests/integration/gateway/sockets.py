"""Applications on real sockets, in the event loop of a test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from wayfare.bootstrap.http_protocol import OnePieceProtocol


def bound() -> socket.socket:
    """A socket at a port of its own."""
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


def url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def listening(app: ASGIApp, *listeners: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(app, http=OnePieceProtocol, lifespan="off", log_config=None, proxy_headers=False)
    config.timeout_graceful_shutdown = 5
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(list(listeners)))
    try:
        while not server.started:
            await asyncio.sleep(0.005)
        yield
    finally:
        server.should_exit = True
        await task


class Peer:
    """A service at an address: answers with what `respond` says, and keeps what it was asked."""

    def __init__(self, respond: Callable[[Scope, Receive, Send], Awaitable[None]] | None = None) -> None:
        self.listener = bound()
        self.url = url_of(self.listener)
        self.asked: list[Scope] = []
        self.bodies: list[bytes] = []
        self.ready = 200
        self._respond = respond or self.say_yes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/readyz":
            await say(send, self.ready, b"{}")
            return
        self.asked.append(scope)
        await self._respond(scope, receive, send)

    async def say_yes(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bodies.append((await receive()).get("body", b""))
        await say(send, 200, b'{"by": "%s"}' % self.url.encode())

    def headers(self) -> dict[bytes, bytes]:
        """Of what it was last asked."""
        return dict(self.asked[-1]["headers"])


class Breaking:
    """Takes requests and breaks off without an answer; /readyz is well."""

    def __init__(self) -> None:
        self.listener = bound()
        self.url = url_of(self.listener)
        self.asked = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._take, sock=self.listener)
        try:
            yield
        finally:
            server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"/readyz" in head:
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        else:
            self.asked += 1
        writer.close()


async def say(send: Send, status: int, body: bytes, **headers: Any) -> None:
    told = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/json")]
    told += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
