"""A primary and a streaming replica of it, each a PostgreSQL server of this test's own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from conftest import FAST
from folders import database_folder
from wayfare.infrastructure.embedded_postgres import EmbeddedPostgres
from wayfare.infrastructure.postgres_binaries import find_installation, owner_of_cluster, reachable_installation

PATIENCE_S = 60.0


class Standby:
    """The replica; `start` and `kill` it as often as you like."""

    def __init__(self, primary: EmbeddedPostgres, folder: Path) -> None:
        cluster = primary.data_dir / "postgres" / "data"
        self._user = owner_of_cluster(cluster)
        self._binaries = reachable_installation(find_installation(), self._user, primary.data_dir) / "bin"
        self._data, self._log = folder / "data", folder / "log"
        os.chown(folder, self._user.uid, self._user.gid)
        self._run("pg_basebackup", "-d", primary.dsn, "-D", str(self._data), "-R", "-c", "fast", "-X", "stream")
        self._process: subprocess.Popen[bytes] | None = None
        self.dsn = f"postgresql://wayfare@/wayfare?host={quote(str(folder), safe='')}"

    def start(self) -> None:
        settings = {**FAST, "unix_socket_directories": str(self._data.parent), "listen_addresses": ""}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), *options]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._as_user())
        deadline = time.monotonic() + PATIENCE_S
        while not self._status().endswith("ready"):
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.02)

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGQUIT)  # its processes end at once, without a word to anybody
            process.wait(PATIENCE_S)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Its connections stand, and nothing is answered on them."""
        assert self._process is not None
        server = self._process.pid
        os.kill(server, signal.SIGSTOP)  # first, so that it has no more children
        stopped = [server, *_children(server)]
        for number in stopped:
            os.kill(number, signal.SIGSTOP)
        try:
            yield
        finally:
            for number in stopped:
                os.kill(number, signal.SIGCONT)

    def _status(self) -> str:
        try:
            return (self._data / "postmaster.pid").read_text().strip()
        except FileNotFoundError:
            return ""

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            [str(self._binaries / command[0]), *command[1:]],
            capture_output=True,
            text=True,
            check=False,
            **self._as_user(),
        )
        assert done.returncode == 0, done.stderr

    def _as_user(self) -> dict[str, Any]:
        switched = self._user.switched
        return {
            "user": self._user.uid if switched else None,
            "group": self._user.gid if switched else None,
            "extra_groups": [] if switched else None,
            "cwd": "/",
            "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            "umask": 0o077,
        }


def _children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended
            facts = status.read_text().rpartition(")")[2].split()
            found += [int(status.parent.name)] if int(facts[1]) == parent else []
    return found


@contextmanager
def replicated() -> Iterator[tuple[str, Standby]]:
    """The address of a primary, and its replica, which runs."""
    with (
        database_folder() as folder,
        database_folder() as other,
        EmbeddedPostgres(folder, settings=FAST) as primary,
    ):
        standby = Standby(primary, other)
        standby.start()
        try:
            yield primary.dsn, standby
        finally:
            standby.kill()
