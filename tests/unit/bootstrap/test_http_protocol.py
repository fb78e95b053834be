"""Answers leave in one piece, and whole; heads that never end are ended."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from wayfare.bootstrap import http_protocol
from wayfare.bootstrap.http_protocol import OnePieceProtocol

LARGE = b"x" * 3_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    if scope["path"] == "/stream":
        for piece in (b"one ", b"two ", b"three"):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await asyncio.sleep(0.01)
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.body", "body": LARGE if scope["path"] == "/large" else b"small"})


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=OnePieceProtocol, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()
    server.should_exit = True
    thread.join(10)


def _ask(address: tuple[str, int], path: str, *, keep: bool = False) -> list[bytes]:
    """What came, read by read."""
    with socket.create_connection(address, timeout=10) as client:
        connection = b"" if keep else b"Connection: close\r\n"
        client.sendall(b"GET " + path.encode() + b" HTTP/1.1\r\nHost: here\r\n" + connection + b"\r\n")
        if keep:
            return [client.recv(65536)]
        reads = []
        while read := client.recv(65536):
            reads.append(read)
        return reads


def test_head_and_body_come_together(address: tuple[str, int]) -> None:
    (read,) = _ask(address, "/", keep=True)
    head, _, body = read.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert b"small" in body


def test_a_closing_answer_is_whole(address: tuple[str, int]) -> None:
    assert LARGE in b"".join(_ask(address, "/large")).replace(b"\r\n", b"").partition(b"2dc6c0")[2]


def test_a_stream_comes_piece_by_piece(address: tuple[str, int]) -> None:
    reads = _ask(address, "/stream")
    assert len(reads) >= 3
    body = b"".join(reads).partition(b"\r\n\r\n")[2]
    assert body == b"4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n"


def test_a_head_that_never_ends_is_ended(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_S", 0.3)
    with ExitStack() as stack:
        silent, slow, late = (stack.enter_context(socket.create_connection(address, timeout=10)) for _ in range(3))
        late.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert late.recv(65536).startswith(b"HTTP/1.1 200")
        for client in (slow, late):
            client.sendall(b"GET / HTTP/1.1\r\nHost: he")
        for client in (silent, slow, late):
            assert client.recv(65536).startswith(b"HTTP/1.1 408")
            assert client.recv(65536) == b""


def test_a_connection_that_asks_now_and_then_stays(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_S", 0.1)
    with socket.create_connection(address, timeout=10) as client:
        for _ in range(4):
            client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
            time.sleep(0.15)


def test_a_head_that_is_too_large_is_refused(address: tuple[str, int]) -> None:
    with socket.create_connection(address, timeout=10) as client:
        with suppress(ConnectionError):
            client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\nX-Long: " + b"x" * 60_000)
            time.sleep(0.2)
            client.sendall(b"x" * 10_000)
        assert client.recv(65536).startswith(b"HTTP/1.1 431")
