"""One process per data folder."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from wayfare.infrastructure.postgres_binaries import EmbeddedPostgresError

PREDECESSOR_TIMEOUT_S = 60.0
"""How long the server of an owner that was killed may take to shut down."""
URGES = ((5.0, signal.SIGINT), (PREDECESSOR_TIMEOUT_S / 2, signal.SIGQUIT))
"""Seconds after which such a server is told once more, and how."""


class DataFolderInUse(EmbeddedPostgresError):
    """Another process runs on the same data folder."""

    code = "data_folder_in_use"
    title = "The data folder is in use"


class FolderLock:
    """An exclusive flock on `folder`/lock, which also holds the number of the process that owns it.

    Processes that inherit `descriptor` share the lock: it is free when the last of them is gone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """The open lock file. Raises DataFolderInUse when the lock is not taken."""
        if self._descriptor is None:
            raise DataFolderInUse(f"the lock of {self.folder} is not taken")
        return self._descriptor

    def take(self, urge: Callable[[signal.Signals], None]) -> None:
        """Takes the lock, waiting for what a killed owner left behind to end; `urge` signals that.

        Raises DataFolderInUse at once when the owner lives.
        """
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._wait(descriptor, urge)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _wait(self, descriptor: int, urge: Callable[[signal.Signals], None]) -> None:
        started = time.monotonic()
        urged: set[int] = set()
        while not _locked(descriptor):
            owner = os.pread(descriptor, 20, 0).decode().strip()
            waited = time.monotonic() - started
            # An owner that has just taken the lock has not written its number yet.
            alive = is_alive(int(owner)) if owner.isdigit() else waited > 1.0
            if alive or waited > PREDECESSOR_TIMEOUT_S:
                who = f"process {owner}" if alive else f"what process {owner} left behind"
                raise DataFolderInUse(
                    f"the data folder {self.folder} is in use by {who}: "
                    "stop it, or choose another folder with WAYFARE_DATA_DIR"
                )
            for after, number in URGES:
                if waited > after and number not in urged:
                    urged.add(number)
                    urge(number)
            time.sleep(0.01)


def is_alive(process: int) -> bool:
    """Whether a process of this number runs, ours or not (one that ended but was not waited for does not)."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        # "4711 (name of the program) Z …": https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
        state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except OSError:
        return True  # no /proc here
    return state not in {b"Z", b"X"}


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
