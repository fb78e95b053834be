"""PostgreSQL without installing it: one server per data folder, alive as long as the process that started it.

A server that dies on the way (killed, out of memory) is started again within seconds.

data_dir/
  lock                  held (flock) by the owner and by every process of the server
  postgres.log          the server's log; the one before it is postgres.log.1
  postgres/             nobody but the server's user and root may enter
    data/               the cluster
    run/                the socket: whoever reaches it is let in, so only those who may enter do
    password            for TCP, when a port was asked for
  postgres-18/          a copy of the binaries, made when the server's user cannot reach the installed ones
"""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from wayfare.infrastructure import postgres_supervisor
from wayfare.infrastructure.folder_lock import DataFolderInUse, FolderLock, is_alive
from wayfare.infrastructure.postgres_binaries import (
    EmbeddedPostgresError,
    ServerUser,
    find_installation,
    first_closed_folder,
    owner_of_cluster,
    owner_of_new_cluster,
    reachable_installation,
)
from wayfare.infrastructure.postgres_cluster import (
    DATABASE,
    ROLE,
    SERVER_ENVIRONMENT,
    check_version,
    create_cluster,
)

__all__ = ["DataFolderInUse", "EmbeddedPostgres", "EmbeddedPostgresError"]

SOCKET_PORT = 5432
LOG_LIMIT_BYTES = 20 * 1024 * 1024
LONGEST_SOCKET_PATH = 100
"""Bytes; the system's limit is 107 (Linux) or 103 (macOS)."""

START_TIMEOUT_S = 300.0
"""A server that crashed with 2 GB of log to replay needs minutes."""
STOP_TIMEOUT_S = postgres_supervisor.FAST_SHUTDOWN_S + 20.0

SETTINGS: Mapping[str, str] = {
    # Memory of a machine of two cores and 2 GB or more.
    "shared_buffers": "256MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "huge_pages": "off",
    # Nothing that was answered with success is ever lost.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Few, gentle checkpoints.
    "wal_compression": "on",
    "wal_buffers": "16MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    # Many short statements on an SSD.
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
    # Occupancy and outbox rows die fast.
    "autovacuum_naptime": "20s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_vacuum_insert_scale_factor": "0.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %a ",
    "log_min_duration_statement": "2s",
}


class EmbeddedPostgres:
    """A PostgreSQL server of our own in `data_dir`.

    `port`: also listen on 127.0.0.1 there, with a password (see `tcp_dsn`); otherwise only on a UNIX
    socket. `settings` override SETTINGS. `installation`: a folder with bin/, lib/ and share/ to use
    instead of the bundled one.

    Not for sharing between threads. A process forked from the owner keeps the server alive as the owner does.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        max_connections: int = 100,
        settings: Mapping[str, str] | None = None,
        installation: Path | None = None,
    ) -> None:
        self.data_dir = data_dir.expanduser().absolute()
        self.port = port
        self.log_file = self.data_dir / "postgres.log"
        self._settings = {**SETTINGS, "max_connections": str(max_connections), **(settings or {})}
        self._installation = installation
        self._base = self.data_dir / "postgres"
        self._cluster = self._base / "data"
        self._password_file = self._base / "password"
        self._lock: FolderLock | None = None
        self._supervisor: subprocess.Popen[bytes] | None = None
        self._sockets = self._base / "run"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        """Whether the server that `start` started is kept running."""
        return self._supervisor is not None and self._supervisor.poll() is None

    @property
    def dsn(self) -> str:
        """Address of the database over the UNIX socket."""
        port = self.port or SOCKET_PORT
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self._sockets), safe='')}&port={port}"

    @property
    def tcp_dsn(self) -> str:
        """Address over TCP with its password. Raises EmbeddedPostgresError when no port was asked for."""
        if self.port is None:
            raise EmbeddedPostgresError("the embedded PostgreSQL listens on its socket only: give it a port")
        password = self._password_file.read_text().strip()
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> str:
        """Starts the server, creating the cluster at the first time; returns the address once it answers.

        Raises DataFolderInUse and EmbeddedPostgresError.
        """
        if self.alive:
            return self.dsn
        try:
            self._take_folder()
            user = self._prepare()
            self._launch(user)
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                raise EmbeddedPostgresError(
                    f"cannot use the data folder {self.data_dir}: {error.strerror or error} "
                    f"({error.filename or 'no file'})"
                ) from error
            raise
        return self.dsn

    def stop(self) -> None:
        """Stops the server with a checkpoint and gives the folder back; harmless when it is not running."""
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None and supervisor.stdin is not None:
            try:
                supervisor.stdin.write(b"stop")
                supervisor.stdin.close()
            except BrokenPipeError:
                supervisor.stdin = None  # it ended by itself
            try:
                supervisor.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                raise EmbeddedPostgresError(
                    f"PostgreSQL in {self.data_dir} does not stop (supervisor {supervisor.pid}); see {self.log_file}"
                ) from None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    # The folder

    def _take_folder(self) -> None:
        if not self.data_dir.is_dir():
            self.data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True)
        self._lock = FolderLock(self.data_dir)
        self._lock.take(self._signal_server)

    def _signal_server(self, number: signal.Signals) -> None:
        server = self._running_server()
        if server is not None:
            os.kill(server, number)

    def _running_server(self) -> int | None:
        """The id of a server that works in our cluster, whoever started it."""
        lines = self._status_lines()
        if not lines or not lines[0].isdigit() or not is_alive(int(lines[0])):
            return None
        server = int(lines[0])
        try:
            return server if Path(f"/proc/{server}/cwd").samefile(self._cluster) else None
        except OSError:
            # No /proc (macOS), or not our process: ask for its command line.
            shown = subprocess.run(
                ["ps", "-o", "command=", "-p", str(server)], capture_output=True, text=True, check=False
            ).stdout
            return server if str(self._cluster) in shown else None

    def _server_status(self) -> str:
        lines = self._status_lines()
        return lines[7].strip() if len(lines) > 7 else "starting"

    def _status_lines(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return []

    # The cluster

    def _prepare(self) -> ServerUser:
        """Everything that must be there before the server starts; creates the cluster when there is none."""
        first_time = not self._cluster.exists()
        user = owner_of_new_cluster() if first_time else owner_of_cluster(self._cluster)
        if user.switched:
            self._open_way(user)
        source = self._installation or find_installation()
        self._installation = reachable_installation(source, user, self.data_dir)
        if first_time:
            self._base.mkdir(exist_ok=True)
            if user.switched:
                os.chown(self._base, 0, user.gid)
            self._base.chmod(0o710 if user.switched else 0o700)
            sync = self._settings["fsync"] != "off"
            create_cluster(self._installation, self._cluster, self._password_file, user, sync=sync)
        check_version(self._installation, self._cluster)
        server = self._running_server()
        if server is not None:
            raise DataFolderInUse(f"the data folder {self.data_dir} is in use by PostgreSQL, process {server}: stop it")
        # What a killed server left behind names a process that is gone; another one may have its number by
        # now, and PostgreSQL would take that one for a server.
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        self._prepare_sockets(user)
        for stale in self._sockets.glob(".s.PGSQL.*"):
            stale.unlink()
        return user

    def _open_way(self, user: ServerUser) -> None:
        closed = first_closed_folder(self.data_dir, user)
        if closed == self.data_dir.resolve():
            self.data_dir.chmod(self.data_dir.stat().st_mode | 0o011)
            closed = None
        if closed is not None:
            raise EmbeddedPostgresError(
                f"started by root, PostgreSQL runs as user {user.uid}, who may not enter {closed}: "
                f"chmod o+x {closed}, or choose another folder with WAYFARE_DATA_DIR (/var/lib/wayfare, say)"
            )

    def _prepare_sockets(self, user: ServerUser) -> None:
        """A folder for the socket that only the server's user may enter; in /tmp if our name is too long."""
        if not _fits_socket_list(self._sockets):
            name = hashlib.blake2b(os.fsencode(self._base), digest_size=6).hexdigest()
            self._sockets = Path(tempfile.gettempdir()) / f"wayfare-{user.uid}-{name}"
        try:
            self._sockets.mkdir(mode=0o700)
            if user.switched:
                os.chown(self._sockets, user.uid, user.gid)
        except FileExistsError:
            status = self._sockets.lstat()
            if not stat.S_ISDIR(status.st_mode) or status.st_uid != user.uid or status.st_mode & 0o077:
                raise EmbeddedPostgresError(f"{self._sockets} is not private to user {user.uid}: remove it") from None

    # The server

    def _launch(self, user: ServerUser) -> None:
        assert self._installation is not None
        assert self._lock is not None
        with self._open_log() as log:
            log_start = log.tell()
            supervisor = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", postgres_supervisor.__file__),
                    *(str(user.uid), str(user.gid), str(self._lock.descriptor)),
                    *self._command(),
                ],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                env=SERVER_ENVIRONMENT,
                pass_fds=[self._lock.descriptor],
                start_new_session=True,
            )
        self._supervisor = supervisor
        deadline = time.monotonic() + START_TIMEOUT_S
        while (status := self._server_status()) != "ready":
            if supervisor.poll() is not None:
                raise EmbeddedPostgresError(f"PostgreSQL did not start: {self._reason(log_start)}; see {self.log_file}")
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"PostgreSQL is not ready after {START_TIMEOUT_S:.0f} s ({status}); see {self.log_file}"
                )
            time.sleep(0.002)
        assert supervisor.stdin is not None
        supervisor.stdin.write(postgres_supervisor.KEEP)
        supervisor.stdin.flush()

    def _command(self) -> list[str]:
        quoted = str(self._sockets).replace('"', '""')
        settings = {
            **self._settings,
            "listen_addresses": "" if self.port is None else "127.0.0.1",
            "unix_socket_directories": f'"{quoted}"',
            "unix_socket_permissions": "0700",
            "port": str(self.port or SOCKET_PORT),
        }
        command = [f"{self._installation}/bin/postgres", "-D", str(self._cluster)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _open_log(self) -> IO[bytes]:
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_LIMIT_BYTES:
            self.log_file.replace(self.log_file.with_name(self.log_file.name + ".1"))
        self.log_file.touch(mode=0o600)
        return self.log_file.open("ab")

    def _reason(self, log_start: int) -> str:
        """What the server's log says about the failure, in one line."""
        with self.log_file.open("rb") as log:
            log.seek(log_start)
            lines = log.read().decode(errors="replace").splitlines()
        telling = [line for line in lines if "FATAL:" in line or "could not" in line or "cannot" in line]
        return (telling or lines[-1:] or ["it left no message"])[0]


def _fits_socket_list(folder: Path) -> bool:
    """Whether the name is short enough for a socket and free of the comma that splits lists of hosts."""
    return len(os.fsencode(folder)) + len(".s.PGSQL.65535") + 1 <= LONGEST_SOCKET_PATH and "," not in str(folder)
