"""Where requests go: checked addresses, checked names, over real sockets with and without TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from integration.notifications.receiver import Receiver
from wayfare.services.notifications.adapters.http_sender import HttpSender
from wayfare.services.notifications.domain.delivery import Answer


async def post(url: str, *, private: bool = True, tls: ssl.SSLContext | None = None) -> Answer:
    sender = HttpSender(private=private, timeout_s=5.0, tls=tls)
    try:
        return await sender.post(url, {"webhook-id": "evt_1", "webhook-signature": "v1,"}, b"{}")
    finally:
        await sender.aclose()


class TestAddresses:
    @pytest.mark.parametrize(
        "host",
        [
            *("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433", "0x7f000001", "017700000001"),
            *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"),
        ],
    )
    async def test_the_own_network_is_not_reached(self, partner: Receiver, host: str) -> None:
        """Also by names and by other ways to write an address."""
        answer = await post(partner.url.replace("127.0.0.1", host), private=False)
        assert (answer.status, partner.requests) == (0, [])
        assert "outside the public internet" in answer.error

    @pytest.mark.parametrize("host", ["0177.0.0.1", "127.0.0.1.", "127。0。0。1", "①②⑦.0.0.1"])
    async def test_nor_by_spellings_that_are_none(self, partner: Receiver, host: str) -> None:
        answer = await post(partner.url.replace("127.0.0.1", host), private=False)
        assert (answer.status, partner.requests) == (0, [])
        assert answer.error

    async def test_the_connection_goes_to_the_address_that_was_checked(
        self, partner: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name that leads elsewhere the second time it is asked for: it is asked for once."""
        loop = asyncio.get_running_loop()
        asked: list[str] = []
        real = loop.getaddrinfo

        async def rebinding(host: Any, port: Any, **options: Any) -> Any:
            asked.append(str(host))
            if host != "partner.example":
                return await real(host, port, **options)
            return [(2, 1, 6, "", ("127.0.0.1" if asked.count(host) == 1 else "127.0.0.2", port))]

        monkeypatch.setattr(loop, "getaddrinfo", rebinding)
        port = partner.url.rpartition(":")[2]
        answer = await post(f"http://partner.example:{port}/x")
        assert (answer.status, asked.count("partner.example")) == (204, 1)
        assert partner.requests[0].headers["host"] == f"partner.example:{port}"

    async def test_one_private_address_among_public_ones_is_enough(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def mixed(host: Any, port: Any, **_: Any) -> Any:
            return [(2, 1, 6, "", (address, port)) for address in ("8.8.8.8", "10.0.0.1")]

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", mixed)
        assert "outside the public internet" in (await post("https://partner.example/", private=False)).error

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    async def test_redirects_are_not_followed(self, partner: Receiver, status: int) -> None:
        """Not even to where requests may go: an answer decides nothing about where the next one goes."""
        partner.answer = lambda _: status
        answer = await post(partner.url)
        assert (answer.status, answer.accepted, len(partner.requests)) == (status, False, 1)

    async def test_proxies_of_the_environment_are_not_used(
        self, partner: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        assert (await post(partner.url)).status == 204

    async def test_nobody_there(self) -> None:
        answer = await post("http://127.0.0.1:9/")
        assert (answer.status, answer.accepted) == (0, False)
        assert answer.error
        for host in ("no-such-name.invalid", "two..dots.example", "x" * 70 + ".example"):
            assert (await post(f"https://{host}/")).error

    async def test_an_answer_full_of_zeros_can_be_kept(self, partner: Receiver) -> None:
        partner.answer = lambda _: "huge"
        answer = await post(partner.url)
        assert answer.status == 200
        assert "\0" not in answer.head


class TestTls:
    async def test_a_certificate_for_the_name_is_asked_for(self, tmp_path: Path) -> None:
        async with https_server(tmp_path, "localhost") as (port, authority):
            assert (await post(f"https://localhost:{port}/", tls=authority)).status == 204
            wrong = await post(f"https://127.0.0.1:{port}/", tls=authority)
            assert wrong.status == 0
            assert "certificate" in wrong.error.lower()
            unknown = await post(f"https://localhost:{port}/")
            assert unknown.status == 0
            assert "certificate" in unknown.error.lower()


@asynccontextmanager
async def https_server(folder: Path, name: str) -> AsyncIterator[tuple[int, ssl.SSLContext]]:
    """Answers 204 with a certificate of its own making; and who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], ssl.create_default_context(cadata=pem.decode())
