"""Keeps one PostgreSQL server alive exactly as long as the process that asked for it.

Run as a script of its own (`python -I -S postgres_supervisor.py UID GID LOCK_FD postgres ARGS…`) with a
pipe as standard input. The byte KEEP on it says that the server got ready: from then on one that ends without being
told to is started again. Any other byte, or the end of the pipe (the owner is gone, by whatever signal), stops the
server: SIGINT first (fast shutdown: sessions are cut, a checkpoint is written), SIGQUIT when that takes
too long. Should this process be killed itself, Linux sends the server the same SIGINT through
PR_SET_PDEATHSIG. The server inherits the descriptor of the data folder's lock, so the lock is free only
when no part of the server is left.

It imports nothing of ours: it has to start in milliseconds and to run from any installation.
Exit status: that of the server (128 + n when a signal n ended it).
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
KEEP = b"k"
AGAIN_AFTER_S = 1.0
FAST_SHUTDOWN_S = 50.0
"""Seconds for the checkpoint before the server is told to quit at once (it recovers at its next start)."""


def main(arguments: list[str]) -> int:
    uid, gid, lock_fd = (int(text) for text in arguments[:3])
    command = arguments[3:]
    # Service managers signal a whole group: only the owner decides when the server goes, through the pipe.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    wake_reader, wake_writer = os.pipe()
    os.set_blocking(wake_writer, False)
    signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    supervisor = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def start() -> int:
        server = os.fork()
        if server == 0:
            _become_server(command, uid=uid, gid=gid, lock_fd=lock_fd, supervisor=supervisor, libc=libc)
        return server

    return _watch(start, wake_reader)


def _watch(start: Callable[[], int], wake_reader: int) -> int:
    """Runs the server until it is told to stop, or ends before it was ready; its exit status."""
    server, kept, again_at = start(), False, 0.0
    while True:
        left_s = max(0.0, again_at - time.monotonic()) if again_at else None
        ready, _, _ = select.select([0, wake_reader], [], [], left_s)
        if wake_reader in ready:
            os.read(wake_reader, 512)
        if 0 in ready:
            if os.read(0, 1) != KEEP:
                return 0 if again_at else _end(server)
            kept = True
        if again_at:
            if time.monotonic() >= again_at:
                server, again_at = start(), 0.0
        elif (status := _poll(server)) is not None:  # a child that was only stopped for a while wakes us, too
            if not kept:
                return status
            os.write(2, f"the server ended by itself with {status}: it is started again\n".encode())
            again_at = time.monotonic() + AGAIN_AFTER_S


def _become_server(
    command: list[str], *, uid: int, gid: int, lock_fd: int, supervisor: int, libc: ctypes.CDLL | None
) -> None:
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        if os.geteuid() == 0:
            os.setgroups([])
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
        os.umask(0o077)
        if libc is not None:
            # After the change of user, which clears it.
            libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
            if os.getppid() != supervisor:
                os._exit(1)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.set_inheritable(lock_fd, True)
        os.execv(command[0], command)
    except OSError as error:
        os.write(2, f"cannot run {command[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(126)


def _end(server: int) -> int:
    """Waits for the server, telling it to stop when it has not stopped by itself; its exit status."""
    status = _poll(server)
    if status is not None:
        return status
    os.kill(server, signal.SIGINT)
    deadline = time.monotonic() + FAST_SHUTDOWN_S
    while (status := _poll(server)) is None and time.monotonic() < deadline:
        time.sleep(0.005)
    if status is None:
        os.kill(server, signal.SIGQUIT)
        _pid, raw = os.waitpid(server, 0)
        status = _exit_status(raw)
    return status


def _poll(server: int) -> int | None:
    pid, raw = os.waitpid(server, os.WNOHANG)
    return None if pid == 0 else _exit_status(raw)


def _exit_status(raw: int) -> int:
    code = os.waitstatus_to_exitcode(raw)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
