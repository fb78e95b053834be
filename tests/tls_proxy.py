"""Ends TLS in front of a server that does not speak it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Dial = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
Changed = Callable[[bytes, int], bytes]

Begin = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What is said in the clear before TLS begins."""

POSTGRES_SSL_REQUEST = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")


@dataclass
class Proxy:
    port: int
    versions: list[str] = field(default_factory=list)  # of TLS, that clients spoke: one for each connection


@asynccontextmanager
async def tls_proxy(
    dial: Dial, context: ssl.SSLContext, *, begin: Begin | None = None, changed: Changed = lambda data, _: data
) -> AsyncIterator[Proxy]:
    """Listens on 127.0.0.1. `dial` reaches the server. `changed(data, port)`: what becomes of the server's answers,
    where they name its own port.
    """
    proxy, tasks = Proxy(0), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            if begin is not None:
                await begin(reader, writer)
                await writer.start_tls(context)
            proxy.versions.append(writer.get_extra_info("ssl_object").version())
            far_reader, far_writer = await dial()
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer, changed, proxy.port))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.close()
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=None if begin else context)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def begin_postgres(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if await reader.readexactly(8) != POSTGRES_SSL_REQUEST:
        raise ConnectionError("it does not ask for TLS")
    writer.write(b"S")


async def begin_nats(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'INFO {"server_id":"proxy","version":"2.9.0","max_payload":1048576,"tls_required":true}\r\n')


async def _copy(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    changed: Changed = lambda data, _: data,
    port: int = 0,
) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(changed(data, port))
            await writer.drain()
    finally:
        with contextlib.suppress(OSError):
            writer.close()


def to(host: str, port: int) -> Dial:
    return lambda: asyncio.open_connection(host, port)
