"""The server's HTTP protocol, with answers written in one piece, and an end to heads that never end."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX = 65_536
HEAD_S = 15.0
"""How long the head of a request may take; it is looked after as often."""
_NO_BODY = b"connection: close\r\ncontent-length: 0\r\n\r\n"
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\n" + _NO_BODY
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\n" + _NO_BODY


class _OnePiece:
    """A transport that gathers what is written during one turn of the event loop.

    The server writes the head of an answer and its body apart: two system calls and two packets where one will do.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._pieces: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        pieces, self._pieces = self._pieces, []
        if pieces:
            self._transport.write(b"".join(pieces))


class OnePieceProtocol(HttpToolsProtocol):
    """uvicorn's protocol on such a transport.

    uvicorn waits for ever for the end of a head and keeps all of it. Bodies are the edge's business.
    """

    _head_since: float | None = None
    """When the head began that is being read; None between requests and while a body comes."""
    _head_bytes = 0
    _look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", _OnePiece(transport, self.loop)))
        self._head_since = self.loop.time()
        self._look = self.loop.call_later(HEAD_S, self._look_at_head)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head_since is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES_MAX:
                self._refuse(_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_since, self._head_bytes = self.loop.time(), 0

    def on_headers_complete(self) -> None:
        self._head_since = None
        super().on_headers_complete()

    def _look_at_head(self) -> None:
        if self._head_since is not None and self.loop.time() - self._head_since >= HEAD_S:
            self._refuse(_TOO_SLOW)
        elif not self.transport.is_closing():
            self._look = self.loop.call_later(HEAD_S, self._look_at_head)

    def _refuse(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()
