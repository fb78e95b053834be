"""The server's HTTP protocol, with answers written in one piece, and an end to heads that never end."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX = 65_536
HEAD_S = 10.0
"""Who is seen twice, so much apart, in the head of the same request takes too long."""
_NONE = object()
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

    _head_bytes = 0
    _head_seen: object = _NONE
    """The request whose head was being read when it was last looked at."""
    _look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", _OnePiece(transport, self.loop)))
        self._look = self.loop.call_later(HEAD_S, self._look_at_head)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and self.scope is self.cycle.scope:
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES_MAX:
            self._refuse(_TOO_LARGE)

    def _look_at_head(self) -> None:
        """A request gets its scope when its head begins, and its cycle when the head is whole."""
        if self.cycle is not None and self.scope is self.cycle.scope:
            self._head_seen = _NONE
        elif self._head_seen is self.scope:
            self._refuse(_TOO_SLOW)
            return
        else:
            self._head_seen = self.scope
        self._look = self.loop.call_later(HEAD_S, self._look_at_head)

    def _refuse(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()
