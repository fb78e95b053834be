"""Password hashes: argon2id, in threads, a bounded number at once; and the list of refused passwords."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from wayfare.kernel.errors import Unavailable
from wayfare.services.customers.application.ports import Verified
from wayfare.services.customers.domain.passwords import normal_password

T = TypeVar("T")
WAITING_PER_PLACE = 8
# OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
MEMORY_KIB = 19_456
PASSES = 2


class Argon2Passwords:
    """Implements the port `Passwords`."""

    def __init__(self, at_once: int, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        """`at_once`: hashes computed at the same time; eight times as many may wait."""
        self._hasher = PasswordHash((Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=1),))
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="password")
        self._pending, self._pending_max = 0, at_once * (1 + WAITING_PER_PLACE)
        # Of a password nobody has: an unknown account costs what a known one does.
        self._nobody = self._hasher.hash(os.urandom(16).hex())

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(normal_password(password)))

    async def verify(self, password: str, stored: str | None) -> Verified:
        known = self._nobody if stored is None else stored
        right, fresh = await self._run(lambda: self._hasher.verify_and_update(normal_password(password), known))
        return Verified(right and stored is not None, fresh if stored is not None else None)

    def stop(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._pending >= self._pending_max:
            raise Unavailable("too many passwords are being checked; try again", retry_after_s=2)
        self._pending += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        future.add_done_callback(self._done)
        # A caller that gives up does not stop the thread: its place is free when the thread is.
        return await asyncio.shield(future)

    def _done(self, _future: asyncio.Future[T]) -> None:
        self._pending -= 1


def refused_passwords() -> frozenset[str]:
    """The shipped list; where it comes from stands in its head."""
    text = files(__package__).joinpath("refused_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
