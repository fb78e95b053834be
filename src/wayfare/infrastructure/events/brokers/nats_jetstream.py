"""NATS JetStream: one stream per topic, read by position.

Over TLS: `tls://user:password@host:4222?ca=…&cert=…&key=…`, named as in the contexts of NATS's own command line; each
file may be left out.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from wayfare.infrastructure.events.broker import Taken, readable, send_in_waves
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.infrastructure.tls import TlsFiles, client_context, take_files
from wayfare.kernel.errors import ConfigurationError, Unavailable

KEPT_S = 7 * 86_400
DUPLICATES_S = 600


class NatsBroker:
    relays = True

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError."""
        self._url, self._files = take_files(url, "ca", "cert", "key")
        self._tls()  # a wrong file shows now
        self._client: Any = None
        self._known: set[str] = set()

    async def publish(self, topic: str, events: Sequence[CloudEvent]) -> None:
        """Raises Unavailable."""
        try:
            stream = await self._stream(topic)

            async def send(event: CloudEvent) -> None:
                headers = {"Nats-Msg-Id": event.identity}
                await stream.publish(_subject(topic), event.encode(), headers=headers, timeout=10)

            await send_in_waves(events, send)
        except (NatsError, OSError, TimeoutError) as error:
            raise Unavailable(f"NATS does not take events: {error!r}") from error

    async def subscribe(self, topic: str, consumer: str, position: str) -> NatsSubscription:
        try:
            stream = await self._stream(topic)
            after = int(position or "0")
            # Lives as long as this subscription. No acknowledgements: the position is ours.
            config = ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=after + 1,
                ack_policy=AckPolicy.NONE,
                inactive_threshold=60,
            )
            pulling = await stream.pull_subscribe(_subject(topic), stream=_name(topic), config=config)
        except (NatsError, OSError, TimeoutError) as error:
            raise Unavailable(f"NATS does not give {consumer} its events: {error!r}") from error
        return NatsSubscription(topic, pulling, position)

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _stream(self, topic: str) -> Any:
        """JetStream, with the stream of the topic there."""
        if self._client is None or self._client.is_closed:
            tls = self._tls()
            client = Client() if tls is None else _TlsClient()
            await client.connect(
                self._url, allow_reconnect=False, connect_timeout=5, error_cb=_ignore, name="wayfare", tls=tls
            )
            self._client = client
            self._known.clear()
        stream = self._client.jetstream()
        if topic not in self._known:
            try:
                await stream.stream_info(_name(topic))
            except NotFoundError:
                await stream.add_stream(
                    StreamConfig(
                        name=_name(topic),
                        subjects=[_subject(topic)],
                        max_age=KEPT_S,
                        duplicate_window=DUPLICATES_S,
                        storage=StorageType.FILE,
                    )
                )
            self._known.add(topic)
        return stream

    def _tls(self) -> ssl.SSLContext | None:
        """None: without, unless the server demands it. Raises ConfigurationError."""
        if self._url.startswith("tls:"):
            return client_context(self._files)
        if self._files != TlsFiles():
            raise ConfigurationError("the address of NATS: files for TLS need tls://")
        return None


class _TlsClient(Client):
    """The library would go on without TLS, and send the password, where a server does not ask for it."""

    async def _process_info(self, info: dict[str, Any], initial_connection: bool = False) -> None:
        if not info.get("tls_required"):
            raise NatsError("nats: the server does not speak TLS")
        await super()._process_info(info, initial_connection)


class NatsSubscription:
    def __init__(self, topic: str, pulling: Any, position: str) -> None:
        self._topic, self._pulling, self._position = topic, pulling, position

    async def take(self, limit: int, wait_s: float) -> Taken | None:
        """Raises Unavailable: also when the server has forgotten this consumer."""
        try:
            messages = await self._pulling.fetch(limit, timeout=wait_s)
        except TimeoutError:
            return None
        except (NatsError, OSError) as error:
            raise Unavailable(f"NATS does not give events: {error!r}") from error
        if not messages:
            return None
        last = messages[-1].metadata.sequence.stream
        return Taken(readable(self._topic, (message.data for message in messages)), str(last))

    async def done(self, taken: Taken) -> None:
        self._position = taken.position

    async def aclose(self) -> None:
        await self._pulling.unsubscribe()


async def _ignore(_: Exception) -> None:
    """Errors come back from the calls that meet them."""


def _name(topic: str) -> str:
    return f"wayfare-{topic}"


def _subject(topic: str) -> str:
    return f"wayfare.{topic}"
