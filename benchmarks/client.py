"""One client of the load generator: a keep-alive HTTP/1.1 connection with one request under way at a time."""

from __future__ import annotations

import asyncio
from time import perf_counter_ns
from typing import cast

from benchmarks.scripts import OffersExhausted, Script
from benchmarks.tally import Tally


class UnreadableAnswer(Exception):
    """The server answered in a form the generator does not read: chunked, or without a length."""


class Client(asyncio.Protocol):
    """Reads no more of an answer than its status, its length and the few bytes the script asks for."""

    __slots__ = (
        "_missing",
        "_parts",
        "_script",
        "_sent_ns",
        "_status",
        "_tally",
        "_transport",
        "_waiting",
        "idle",
    )

    def __init__(self, tally: Tally, script: Script) -> None:
        self.idle = True
        """True when no script is under way and none will be begun."""
        self._tally = tally
        self._script = script
        self._transport: asyncio.Transport | None = None
        self._parts: list[bytes] = []
        self._missing = 0
        self._status = 0
        self._sent_ns = 0
        self._waiting = False

    @property
    def connected(self) -> bool:
        return self._transport is not None

    def start(self) -> None:
        """Begin the script; a user who thinks begins somewhere within the first think time."""
        self.idle = False
        think_s = self._tally.plan.think_s
        if think_s:
            self._later(self._tally.random.random() * think_s, None)
        else:
            self._begin()

    def overdue(self, now_ns: int, timeout_ns: int) -> bool:
        return self._waiting and now_ns - self._sent_ns > timeout_ns

    def abort(self) -> None:
        """Drop the connection at once; `connection_lost` follows."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        self.idle = True
        self._waiting = False
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's has no such base
        self._parts.clear()
        self._missing = 0

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        self._transport = None
        if self._waiting:
            self._waiting = False
            if self._tally.measuring:
                self._tally.lost_connections += 1

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
            self._parts.append(data)
            if self._missing > 0:
                return
            body = b"".join(self._parts)
            self._parts.clear()
            self._missing = 0
            self._answered(self._status, body)
            return
        if self._parts:
            data = b"".join(self._parts) + data
            self._parts.clear()
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._parts.append(data)
            return
        status = int(data[9:12])
        body_at = end + 4
        missing = body_at + self._length(data, end, status) - len(data)
        if missing > 0:
            self._status = status
            self._missing = missing
            self._parts.append(data[body_at:])
            return
        self._answered(status, data[body_at:])

    def _length(self, data: bytes, end: int, status: int) -> int:
        tally = self._tally
        if tally.measuring:
            at = data.find(b"x-worker:", 0, end)
            if at >= 0:
                tally.workers[data[at + 9 : data.find(b"\r\n", at)].strip().decode("ascii")] += 1
        at = data.find(b"content-length:", 0, end)
        if at < 0:
            at = data.find(b"Content-Length:", 0, end)
        if at >= 0:
            return int(data[at + 15 : data.find(b"\r\n", at)])
        if status in {204, 304}:
            return 0
        raise UnreadableAnswer(data[:end].decode("latin-1"))

    def _answered(self, status: int, body: bytes) -> None:
        took_ns = perf_counter_ns() - self._sent_ns
        tally, script = self._tally, self._script
        self._waiting = False
        if tally.measuring:
            tally.statuses[script.step][status] += 1
            tally.bytes_received += len(body)
            if status < 300:
                tally.samples[script.step].add(took_ns)
        request = script.answer(status, body, took_ns)
        if tally.stopping and request is None:
            self.idle = True
            return
        pause_s = script.pause_s
        think_s = tally.plan.think_s
        if think_s:
            pause_s += think_s * (0.5 + tally.random.random())
        if pause_s:
            self._later(pause_s, request)
        elif request is not None:
            self._send(request)
        else:
            self._begin()

    def _later(self, delay_s: float, request: bytes | None) -> None:
        asyncio.get_running_loop().call_later(delay_s, self._go_on, request)

    def _go_on(self, request: bytes | None) -> None:
        if request is not None:
            self._send(request)
        else:
            self._begin()

    def _begin(self) -> None:
        if self._tally.stopping:
            self.idle = True
            return
        try:
            request = self._script.begin()
        except OffersExhausted:
            self.idle = True
            return
        self._send(request)

    def _send(self, request: bytes) -> None:
        if self._transport is None:  # lost while thinking: the watch connects again and starts anew
            return
        self._waiting = True
        self._sent_ns = perf_counter_ns()
        self._transport.write(request)
