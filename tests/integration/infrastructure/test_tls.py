"""TLS to PostgreSQL and Redis as their addresses ask for it; and which files are refused, in one line."""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from certificates import Authority
from folders import database_folder
from integration.events.brokers import broker_url, free_port, server
from tls_proxy import POSTGRES_SSL_REQUEST, Dial, Proxy, begin_postgres, tls_proxy, to
from wayfare.bootstrap.schema import GATEWAY
from wayfare.infrastructure import migrations
from wayfare.infrastructure.database import Database, connect
from wayfare.infrastructure.events.broker import open_broker
from wayfare.infrastructure.postgres_binaries import named_account
from wayfare.infrastructure.redis import LOST, open_redis
from wayfare.infrastructure.tls import TlsFiles, client_context, postgres_context
from wayfare.kernel.errors import ConfigurationError, Unavailable

VERSION = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other"), "Somebody else")


@pytest.fixture(scope="module")
def installed(authority: Authority) -> Iterator[str]:
    """A real server with ssl=on that asks for a certificate, where the machine has one."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not binaries:
        pytest.skip("no PostgreSQL with OpenSSL on this machine (Debian: apt-get install postgresql)")
    user = named_account() if os.geteuid() == 0 else os.geteuid()
    with database_folder() as folder, free_port() as port:
        cluster, certificate, key = folder / "data", folder / "server.pem", folder / "server.key"
        for source, target in zip(authority.issue("server"), (certificate, key), strict=True):
            target.write_bytes(source.read_bytes())
            target.chmod(0o600)
            os.chown(target, user, -1)
        (folder / "ca.pem").write_bytes(authority.ca.read_bytes())
        os.chown(folder, user, -1)
        initdb = [binaries[-1].with_name("initdb"), "-A", "trust", "-U", "wayfare", "--no-sync", "-D", cluster]
        subprocess.run(initdb, user=user, extra_groups=[], cwd="/", check=True, capture_output=True)
        (cluster / "pg_hba.conf").write_text("local all all trust\nhostssl all all 127.0.0.1/32 cert\n")
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(folder),
            "ssl": "on",
            "ssl_cert_file": str(certificate),
            "ssl_key_file": str(key),
            "ssl_ca_file": str(folder / "ca.pem"),
            "fsync": "off",
        }
        command = [str(binaries[-1]), "-D", str(cluster)]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        with server(command, port, user=user):
            yield f"postgresql://wayfare@127.0.0.1:{port}/postgres"


@pytest.fixture(scope="module")
def plain() -> Iterator[Dial]:
    with broker_url("valkey") as url:
        yield to("127.0.0.1", urlsplit(url).port or 0)


class TestFiles:
    def test_of_1_2_at_least(self, authority: Authority) -> None:
        context = client_context(TlsFiles(str(authority.ca)))
        assert context.minimum_version == ssl.TLSVersion.TLSv1_2
        assert (context.maximum_version, context.verify_mode) == (
            ssl.TLSVersion.MAXIMUM_SUPPORTED,
            ssl.CERT_REQUIRED,
        )
        assert [found["subject"] for found in context.get_ca_certs()] == [
            ((("commonName", "Authority of the tests"),),)
        ], "nobody else is trusted"

    def test_wrong_ones_are_named(self, authority: Authority, tmp_path: Path) -> None:
        certificate, key = (str(path) for path in authority.issue("client"))
        empty = tmp_path / "empty.pem"
        empty.touch()
        other_key = str(authority.issue("another")[1])
        for files, told in (
            (TlsFiles("/nowhere/ca.pem"), "the TLS file /nowhere/ca.pem cannot be read: No such file or directory"),
            (TlsFiles(str(empty)), f"the TLS file {empty} has no certificate of an authority"),
            (TlsFiles("", "/nowhere/it.pem"), "the TLS file /nowhere/it.pem cannot be read"),
            (TlsFiles("", certificate, "/nowhere/it.key"), "the TLS file /nowhere/it.key cannot be read"),
            (TlsFiles("", "", key), f"the TLS key {key} has no certificate beside it"),
            (
                TlsFiles("", certificate, other_key),
                f"the TLS file {certificate} and {other_key} are no certificate and its key",
            ),
        ):
            with pytest.raises(ConfigurationError) as refused:
                client_context(files)
            assert refused.value.detail == told

    @pytest.mark.parametrize(
        "url",
        [
            "rediss://h?ssl_ca_certs=/nowhere",
            "redis://h?ssl_ca_certs=/nowhere",
            "rediss://h?ssl_cert_reqs=none",
            "amqps://h?cacertfile=/nowhere",
            "amqp://h?cacertfile=/nowhere",
            "tls://h?ca=/nowhere",
            "nats://h?ca=/nowhere",
            "kafka://h:9092?security.protocol=SASL_SSL&ssl.ca.location=/nowhere",
        ],
    )
    def test_brokers_refuse_them_before_they_connect(self, url: str) -> None:
        with pytest.raises(ConfigurationError, match=r"TLS"):
            open_broker(url, ())

    def test_so_does_amazon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere")
        with pytest.raises(ConfigurationError, match="/nowhere cannot be read"):
            open_broker("aws://?region=eu-central-1", ())


class TestPostgresAddress:
    def test_modes(self, authority: Authority) -> None:
        address, ca = "postgresql://u@h/d", f"sslrootcert={authority.ca}"
        assert postgres_context(address) is None
        assert postgres_context(f"{address}?sslmode=prefer&{ca}") is None
        for mode, verified, named in (
            ("sslmode=require", ssl.CERT_NONE, False),
            (f"sslmode=require&{ca}", ssl.CERT_REQUIRED, False),
            (f"sslmode=verify-ca&{ca}", ssl.CERT_REQUIRED, False),
            (f"sslmode=verify-full&{ca}", ssl.CERT_REQUIRED, True),
            ("sslmode=verify-full&sslrootcert=system", ssl.CERT_REQUIRED, True),
        ):
            context = postgres_context(f"{address}?{mode}")
            assert context is not None
            assert (context.verify_mode, context.check_hostname) == (verified, named), mode
            assert context.minimum_version == ssl.TLSVersion.TLSv1_2

    def test_what_makes_no_sense(self, authority: Authority) -> None:
        for query, told in (
            ("sslmode=verify-full", "sslmode=verify-full needs sslrootcert"),
            ("sslmode=require&ssl_min_protocol_version=TLSv1", "is TLSv1.2 or TLSv1.3"),
            ("sslmode=verify-ca&sslrootcert=/nowhere", "/nowhere cannot be read"),
        ):
            with pytest.raises(ConfigurationError, match=told):
                postgres_context(f"postgresql://u@h/d?{query}")


class TestPostgresBehindTls:
    """The embedded server's binaries have no OpenSSL: TLS ends in front of it, after PostgreSQL's own handshake."""

    @pytest.fixture
    def dial(self, database_url: str) -> Dial:
        query = parse_qs(urlsplit(database_url).query)
        path = f"{query['host'][0]}/.s.PGSQL.{query.get('port', ['5432'])[0]}"
        return lambda: asyncio.open_unix_connection(path)

    @staticmethod
    def dsn(database_url: str, proxy: Proxy, query: str, host: str = "127.0.0.1") -> str:
        parts = urlsplit(database_url)
        return f"postgresql://{parts.username or 'postgres'}@{host}:{proxy.port}{parts.path}?{query}"

    async def test_everything_goes_over_it(self, database_url: str, dial: Dial, authority: Authority) -> None:
        certificate, key = authority.issue("wayfare")
        async with tls_proxy(dial, authority.server(asks_client=True), begin=begin_postgres) as proxy:
            files = f"sslrootcert={authority.ca}&sslcert={certificate}&sslkey={key}"
            dsn = self.dsn(database_url, proxy, f"sslmode=verify-full&{files}", "localhost")
            await migrations.upgrade(dsn, [GATEWAY])
            assert await migrations.pending(dsn, [GATEWAY]) == []
            before = len(proxy.versions)
            async with Database(dsn, pool_size=2) as database:
                assert await database.fetchval("SELECT 1") == 1
                lane = await database.dedicated()
                heard: asyncio.Future[str] = asyncio.get_running_loop().create_future()
                await lane.add_listener("news", lambda *told: heard.set_result(told[-1]))
                await database.execute("NOTIFY news, 'of TLS'")
                assert await asyncio.wait_for(heard, 20) == "of TLS"
            assert len(proxy.versions) == before + 2
            assert set(proxy.versions) == {"TLSv1.3"}

    async def test_1_2_is_enough_unless_1_3_is_demanded(
        self, database_url: str, dial: Dial, authority: Authority
    ) -> None:
        context = authority.server()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        async with tls_proxy(dial, context, begin=begin_postgres) as proxy:
            dsn = self.dsn(database_url, proxy, f"sslmode=verify-ca&sslrootcert={authority.ca}")
            await (await connect(dsn)).close()
            assert proxy.versions == ["TLSv1.2"]
            with pytest.raises(Unavailable):
                await connect(f"{dsn}&ssl_min_protocol_version=TLSv1.3")

    async def test_who_is_refused(self, database_url: str, dial: Dial, authority: Authority, other: Authority) -> None:
        known = f"sslmode=verify-full&sslrootcert={authority.ca}"
        for context, told in (
            (other.server(), "CERTIFICATE_VERIFY_FAILED"),
            (authority.server(here=False), "IP address mismatch"),
            (authority.server(asks_client=True), None),
            (authority.outdated_server(), None),
        ):
            async with tls_proxy(dial, context, begin=begin_postgres) as proxy:
                with pytest.raises(Unavailable, match=told):
                    await connect(self.dsn(database_url, proxy, known))
        async with tls_proxy(dial, authority.server(here=False), begin=begin_postgres) as proxy:
            dsn = self.dsn(database_url, proxy, f"sslmode=verify-ca&sslrootcert={authority.ca}")
            await (await connect(dsn)).close()

    async def test_an_outdated_server_speaks_with_others(
        self, database_url: str, dial: Dial, authority: Authority
    ) -> None:
        async with tls_proxy(dial, authority.outdated_server(), begin=begin_postgres) as proxy:
            with pytest.raises(Unavailable):
                await connect(self.dsn(database_url, proxy, "sslmode=require"))
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(POSTGRES_SSL_REQUEST)
            assert await reader.readexactly(1) == b"S"
            await writer.start_tls(authority.lenient_client(), server_hostname="localhost")
            assert writer.get_extra_info("ssl_object").version() == "TLSv1.1"
            writer.close()


class TestInstalledPostgres:
    async def test_it_takes_us_by_our_certificate(self, installed: str, authority: Authority) -> None:
        certificate, key = authority.issue("wayfare")
        mine = f"{installed}?sslmode=verify-full&sslrootcert={authority.ca}&sslcert={certificate}&sslkey={key}"
        await migrations.upgrade(mine, [GATEWAY])
        async with Database(mine, pool_size=2) as database:
            assert await database.fetchval(VERSION) == "TLSv1.3"
            lane = await database.dedicated()
            assert await lane.fetchval(VERSION) == "TLSv1.3"
        with pytest.raises(ConfigurationError, match="refuses us"):
            await connect(f"{installed}?sslmode=verify-full&sslrootcert={authority.ca}")
        stranger, stranger_key = authority.issue("stranger")
        with pytest.raises(ConfigurationError, match="refuses us"):
            await connect(mine.replace(str(certificate), str(stranger)).replace(str(key), str(stranger_key)))


async def test_a_plain_postgres_is_refused() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(8) == POSTGRES_SSL_REQUEST
        writer.write(b"N")  # no TLS here (PostgreSQL, "SSL Session Encryption")
        writer.close()

    listening = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    with pytest.raises(Unavailable, match="rejected SSL upgrade"):
        await connect(f"postgresql://u@127.0.0.1:{port}/d?sslmode=require")
    listening.close()


class TestRedis:
    """The server of the wheel speaks no TLS: it ends in front of it."""

    async def test_over_tls(self, plain: Dial, authority: Authority) -> None:
        certificate, key = authority.issue("wayfare")
        async with tls_proxy(plain, authority.server(asks_client=True)) as proxy:
            files = f"ssl_ca_certs={authority.ca}&ssl_certfile={certificate}&ssl_keyfile={key}"
            redis = open_redis(f"rediss://127.0.0.1:{proxy.port}/1?{files}")
            await redis.set("said", "over TLS")
            assert await redis.get("said") == b"over TLS"
            await redis.aclose()
            assert proxy.versions == ["TLSv1.3"]

    async def test_who_is_refused(self, plain: Dial, authority: Authority, other: Authority) -> None:
        known = f"ssl_ca_certs={authority.ca}"
        for context in (other.server(), authority.server(here=False), authority.outdated_server()):
            async with tls_proxy(plain, context) as proxy:
                redis = open_redis(f"rediss://127.0.0.1:{proxy.port}?{known}")
                with pytest.raises(LOST):
                    await redis.ping()
                await redis.aclose()
                assert proxy.versions == []
        _, writer = await plain()
        host, port = writer.get_extra_info("peername")
        writer.close()
        redis = open_redis(f"rediss://{host}:{port}?{known}")
        with pytest.raises(LOST):
            await redis.ping()
        await redis.aclose()
