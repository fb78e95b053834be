from __future__ import annotations

import asyncio
import time

import pytest

from wayfare.infrastructure.database import Database
from wayfare.infrastructure.locks import LeaderLocks, advisory_lock, lock_key
from wayfare.kernel.errors import Unavailable


def test_keys_are_stable_and_fit_a_bigint() -> None:
    assert lock_key("migrations") == lock_key("migrations")
    assert len({lock_key(f"name {n}") for n in range(1000)}) == 1000
    assert all(-(2**63) <= lock_key(f"name {n}") < 2**63 for n in range(1000))


async def test_one_holder_at_a_time(database: Database) -> None:
    inside = 0
    most = 0

    async def work() -> None:
        nonlocal inside, most
        async with database.acquire() as session, advisory_lock(session, "x"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(work() for _ in range(4)))
    assert most == 1


async def test_waiting_ends(database: Database) -> None:
    async with database.acquire() as one, database.acquire() as two, advisory_lock(one, "x"):
        with pytest.raises(Unavailable, match="'x'"):
            async with advisory_lock(two, "x", timeout_s=0.05):
                pass
        async with advisory_lock(two, "y", timeout_s=0.05):
            pass


async def test_leadership_passes_on_when_the_leader_is_cut_off(database: Database) -> None:
    first, second = LeaderLocks(database), LeaderLocks(database)
    assert await first.hold("sweep")
    assert await first.hold("sweep")
    assert not await second.hold("sweep")
    assert await second.hold("other")
    cut = await database.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1",
        lock_key("sweep") & 0xFFFF_FFFF,
    )
    assert cut == 1
    await _until_held(second, "sweep")
    assert not await first.hold("sweep")
    await second.stop()
    await _until_held(first, "sweep")
    await first.stop()


async def _until_held(locks: LeaderLocks, name: str) -> None:
    """Who was refused is refused for a second without asking."""
    deadline = time.monotonic() + 20
    while not await locks.hold(name):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
