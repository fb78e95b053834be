"""Events over TLS: by real servers where they speak it, else TLS ends in front of them; and who is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from certificates import Authority
from integration.events.brokers import binary_of, broker_folder, broker_url, free_port, rabbitmq_server, server
from tls_proxy import Begin, begin_nats, tls_proxy, to
from wayfare.infrastructure.events.broker import Broker, open_broker
from wayfare.infrastructure.events.brokers import kafka
from wayfare.infrastructure.events.cloud_event import CloudEvent
from wayfare.kernel.errors import Unavailable

ADDRESSES = {
    "nats": "tls://127.0.0.1:{port}?ca={ca}&cert={certificate}&key={key}",
    "rabbitmq": "amqps://guest:guest@127.0.0.1:{port}/?cacertfile={ca}&certfile={certificate}&keyfile={key}",
    "valkey": "rediss://127.0.0.1:{port}?ssl_ca_certs={ca}&ssl_certfile={certificate}&ssl_keyfile={key}",
    "kafka": "kafka://127.0.0.1:{port}?partitions=4&security.protocol=ssl&ssl.ca.location={ca}"
    "&ssl.certificate.location={certificate}&ssl.key.location={key}",
    "sns_sqs": "aws://?region=eu-central-1&visible_s=4&endpoint=https://127.0.0.1:{port}",
}
BEGIN: dict[str, Begin] = {"nats": begin_nats}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other"), "Somebody else")


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of Amazon; and one attempt is enough."""
    for name, value in {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_MAX_ATTEMPTS": "1"}.items():
        monkeypatch.setenv(name, value)


def address(name: str, port: int, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> str:
    certificate, key = authority.issue("wayfare")
    if name == "sns_sqs":
        monkeypatch.setenv("AWS_CA_BUNDLE", str(authority.ca))
    return ADDRESSES[name].format(port=port, ca=authority.ca, certificate=certificate, key=key)


@asynccontextmanager
async def nats_with_tls(authority: Authority) -> AsyncIterator[int]:
    certificate, key = authority.issue("nats")
    with broker_folder() as folder, free_port() as port:
        command = [binary_of("nats-server"), "-js", "-sd", str(folder), "-p", str(port), "-a", "127.0.0.1"]
        command += [
            "--tlsverify",
            "--tlscert",
            str(certificate),
            "--tlskey",
            str(key),
            "--tlscacert",
            str(authority.ca),
        ]
        with server(command, port):
            yield port


@asynccontextmanager
async def rabbitmq_with_tls(authority: Authority) -> AsyncIterator[int]:
    with broker_folder() as folder, free_port() as port:
        for path in (authority.ca, *authority.issue("rabbitmq")):
            (folder / path.name).write_bytes(path.read_bytes())
        options = {
            "listeners.tcp": "none",
            "listeners.ssl.default": f"127.0.0.1:{port}",
            "ssl_options.cacertfile": folder / "ca.pem",
            "ssl_options.certfile": folder / "rabbitmq.pem",
            "ssl_options.keyfile": folder / "rabbitmq.key",
            "ssl_options.verify": "verify_peer",
            "ssl_options.fail_if_no_peer_cert": "true",
        }
        config = folder / "tls.conf"
        config.write_text("".join(f"{name} = {value}\n" for name, value in options.items()))
        with rabbitmq_server(folder, port, {"RABBITMQ_CONFIG_FILE": str(config)}):
            yield port


def behind_proxy(name: str) -> Callable[[Authority], AbstractAsyncContextManager[int]]:
    @asynccontextmanager
    async def opened(authority: Authority) -> AsyncIterator[int]:
        with broker_url(name) as url:
            parts = urlsplit(url)
            endpoint = urlsplit(parse_qs(parts.query).get("endpoint", [url])[0])
            port = endpoint.port or 0
            host = b"127.0.0.1"

            def changed(data: bytes, own: int) -> bytes:
                """Kafka's server tells its clients where it is."""
                return data.replace(host + port.to_bytes(4, "big"), host + own.to_bytes(4, "big"))

            # Amazon's services know their clients by signatures, not by certificates.
            context = authority.server(asks_client=name != "sns_sqs")
            async with tls_proxy(to("127.0.0.1", port), context, changed=changed) as proxy:
                yield proxy.port
            assert set(proxy.versions) == {"TLSv1.3"}

    return opened


SERVERS: dict[str, Callable[[Authority], AbstractAsyncContextManager[int]]] = {
    "nats": nats_with_tls,
    "rabbitmq": rabbitmq_with_tls,
    "valkey": behind_proxy("valkey"),
    "kafka": behind_proxy("kafka"),
    "sns_sqs": behind_proxy("sns_sqs"),
}


def event(number: int) -> CloudEvent:
    return CloudEvent(
        id=str(number),
        source="/wayfare/test",
        type="test.happened",
        subject="it",
        time="2026-11-21T12:00:00Z",
        partitionkey="one",
        sequence=f"{number:06d}",
    )


async def carried(broker: Broker) -> list[str]:
    """The ids of three events that went there and back."""
    subscription = await broker.subscribe("test-events", "tests", "")
    await broker.publish("test-events", [event(number) for number in range(3)])
    found: list[str] = []
    for _ in range(60):
        taken = await subscription.take(10, 1.0)
        if taken is not None:
            found += [one.id for one in taken.events]
            await subscription.done(taken)
        if len(found) >= 3:
            break
    await subscription.aclose()
    return found


@pytest.mark.parametrize("name", SERVERS)
async def test_events_travel_over_tls(name: str, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    async with SERVERS[name](authority) as port:
        broker = open_broker(address(name, port, authority, monkeypatch), ())
        try:
            assert await carried(broker) == ["0", "1", "2"]
        finally:
            await broker.aclose()


@pytest.mark.parametrize("server_is", ["of another authority", "of another name", "of TLS 1.1"])
@pytest.mark.parametrize("name", SERVERS)
async def test_who_is_refused(
    name: str, server_is: str, authority: Authority, other: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka, "ASK_S", 2.0)
    contexts = {
        "of another authority": other.server,
        "of another name": lambda: authority.server(here=False),
        "of TLS 1.1": authority.outdated_server,
    }
    async with tls_proxy(to("127.0.0.1", 9), contexts[server_is](), begin=BEGIN.get(name)) as proxy:
        await refuses(name, proxy.port, authority, monkeypatch)
        assert proxy.versions == []


@pytest.mark.parametrize("name", sorted(SERVERS.keys() - {"nats"}))
async def test_a_plain_server_is_refused(name: str, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "ASK_S", 2.0)

    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"-ERR what is that\r\n")
        writer.close()

    listening = await asyncio.start_server(plain, "127.0.0.1", 0)
    await refuses(name, listening.sockets[0].getsockname()[1], authority, monkeypatch)
    listening.close()


async def test_so_is_a_plain_nats_though_it_speaks_first(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    with broker_url("nats") as url:
        await refuses("nats", urlsplit(url).port or 0, authority, monkeypatch)


async def refuses(name: str, port: int, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = open_broker(address(name, port, authority, monkeypatch), ())
    try:
        with pytest.raises(Unavailable):
            await broker.publish("test-events", [event(0)])
    finally:
        await broker.aclose()
