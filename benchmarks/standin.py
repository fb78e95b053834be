"""A stand-in server that answers holds, bookings and searches at once with canned bytes.

It measures the load generator itself (`loadgen.calibrate`) and proves it in tests, which override `answer`.
As a program (`python -m benchmarks.standin`) it prints its port and serves until standard input closes.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import uvloop

from benchmarks.plan import LOOPBACK

ROOT = Path(__file__).resolve().parents[1]


def answer_bytes(status: str, body: bytes, *headers: bytes) -> bytes:
    """A whole HTTP/1.1 answer; `status` is code and phrase."""
    lines = [b"HTTP/1.1 " + status.encode(), b"content-type: application/json", *headers]
    return b"\r\n".join([*lines, b"content-length: %d" % len(body)]) + b"\r\n\r\n" + body


HOLD = answer_bytes(
    "201 Created",
    b'{"hold_id":"h_0123456789abcdef0123","expires_at":"2030-01-01T12:10:00+01:00","units":[{"coach":"4","unit":"31"'
    b'}],"price":{"amount":"59.90","currency":"EUR"}}',
    b"x-worker: 0",
)
BOOKING = answer_bytes(
    "201 Created",
    b'{"locator":"W4YF4R","state":"ticketed","access_token":"' + b"t" * 320 + b'","items":[' + b'{"n":1}' * 60 + b"]}",
    b"x-worker: 0",
)
OFFERS = answer_bytes("200 OK", b'{"trips":[' + b'{"legs":[],"offers":[]},' * 500 + b"{}]}", b"x-worker: 0")


class StandIn(asyncio.Protocol):
    """One connection; requests are cut by their content-length and answered in order."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's has no such base

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's signature
        self.transport = None

    def data_received(self, data: bytes) -> None:
        if self._pending:
            data = self._pending + data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._pending = data
            return
        at = data.find(b"content-length: ", 0, end)
        body_end = end + 4 + (int(data[at + 16 : data.find(b"\r\n", at)]) if at >= 0 else 0)
        if len(data) < body_end:
            self._pending = data
            return
        self._pending = data[body_end:]
        self.answer(data[:end], data[end + 4 : body_end])

    def answer(self, head: bytes, body: bytes) -> None:  # noqa: ARG002  for those who override
        """Answer one request; a closed loop never sends a second one before."""
        if head.startswith(b"POST /v1/holds"):
            self.send(HOLD)
        elif head.startswith(b"POST /v1/bookings"):
            self.send(BOOKING)
        else:
            self.send(OFFERS)

    def send(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)


@contextmanager
def running_stand_in() -> Iterator[int]:
    """A stand-in in a process of its own; gives its port."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.standin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=environment,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        yield int(child.stdout.readline())
    finally:
        child.stdin.close()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(StandIn, LOOPBACK, 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    closed = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), closed.set)  # readable means closed: nobody writes to it
    await closed.wait()


if __name__ == "__main__":
    uvloop.run(_serve())
