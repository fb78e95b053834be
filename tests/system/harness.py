"""A real server in a process of its own, as a person starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import asyncpg
import httpx2

from folders import database_folder
from wayfare.gateway.limits.policies import DEFAULTS

WAYFARE = [sys.executable, "-m", "wayfare"]
START_S = 90.0
UNLIMITED = ",".join(f"{policy.name}=1000000/1" for policy in DEFAULTS)
"""Tests ask from one address."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_wayfare(
    *arguments: str, data_dir: Path, timeout_s: float = 180.0, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*WAYFARE, *arguments],
        env=environment(data_dir, settings),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def environment(data_dir: Path, settings: dict[str, str]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WAYFARE_")}
    settings = {"many_from": "127.0.0.1/32", **settings}  # all clients of tests come from one address
    return {**clean, "WAYFARE_DATA_DIR": str(data_dir), **{f"WAYFARE_{k.upper()}": v for k, v in settings.items()}}


class DemoCopies:
    """Hands out copies of a data folder with the demo network."""

    def __init__(self, template: Path) -> None:
        self._template = template

    @contextmanager
    def copy(self) -> Iterator[Path]:
        with database_folder() as folder:
            # With its owners: PostgreSQL does not run as root.
            subprocess.run(["cp", "-a", self._template, folder / "data"], check=True)
            yield folder / "data"


class Started(ABC):
    """Runs for the length of a `with`."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def stop(self) -> object: ...


class Server(Started):
    """`wayfare serve` on a free port. The log of each start goes to its own file in the data folder."""

    started: ClassVar[list[Server]] = []
    """Those that run now in this process."""

    def __init__(self, data_dir: Path, *arguments: str, workers: int = 2, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir / f"server-{self.port}.log"
        self._arguments = arguments
        self.settings = {
            "port": str(self.port),
            "workers": str(workers),
            "log_level": "info",
            "rate_limits": UNLIMITED,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*WAYFARE, "serve", *self._arguments],
                env=environment(self.data_dir, self.settings),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_ready()
        Server.started.append(self)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
            try:
                if httpx2.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx2.HTTPError:
                time.sleep(0.1)
        raise AssertionError(f"the server was not ready in {START_S} s:\n{self.tail()}")

    def stop(self, timeout_s: float = 40.0) -> int:
        """Stop gracefully; gives the exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout_s)
        self._forget()
        return code

    def kill(self) -> None:
        """SIGKILL for the server alone, which runs one worker."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)
        self._forget()

    def kill_everything(self) -> None:
        """SIGKILL for the server and all it started, the database included."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        for child in _other_processes_of(self.data_dir):
            os.kill(child, signal.SIGKILL)
        self.process.wait(20)
        self._forget()

    def _forget(self) -> None:
        self.process = None
        Server.started.remove(self)

    def tail(self, lines: int = 40) -> str:
        """The last lines of its log but for those of requests that were answered."""
        told = self.log.read_text(errors="replace").splitlines()
        return "\n".join([line for line in told if '"request.answered"' not in line][-lines:])

    async def execute(self, statement: str, *arguments: object) -> None:
        """Change the records behind its back: so that time passes, for one."""
        connection = await asyncpg.connect((self.data_dir / "run" / "postgres.url").read_text().strip())
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return httpx2.get(f"{self.url}{path}", timeout=30, **options)

    def post(self, path: str, **options: Any) -> httpx2.Response:
        return httpx2.post(f"{self.url}{path}", timeout=30, **options)


def _other_processes_of(data_dir: Path) -> list[int]:
    """Processes whose command line names the data folder: PostgreSQL and its watcher."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(data_dir).encode() in command and b"pytest" not in command:
            found.append(int(entry.name))
    return found
