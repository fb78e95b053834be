from __future__ import annotations

import asyncio

import asyncpg
import pytest

from wayfare.infrastructure.database import Database, check_connection_budget, connect, is_connection_lost
from wayfare.kernel.errors import ConfigurationError, Unavailable


async def test_queries_and_transactions(database: Database) -> None:
    await database.execute("CREATE TABLE t (n int)")
    await database.executemany("INSERT INTO t VALUES ($1)", [(1,), (2,)])

    async def fail() -> None:
        async with database.transaction() as session:
            await session.execute("INSERT INTO t VALUES (3)")
            await session.fetchval("SELECT 1 / 0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await fail()
    async with database.transaction() as session:
        await session.execute("INSERT INTO t VALUES (4)")
    assert [row["n"] for row in await database.fetch("SELECT n FROM t ORDER BY n")] == [1, 2, 4]
    row = await database.fetchrow("SELECT max(n) AS most FROM t")
    assert row is not None
    assert row["most"] == 4
    assert 0 < await database.ping() < 1


async def test_a_lane_plans_for_what_is_there_and_waits_for_nobody(database: Database) -> None:
    lane = await database.dedicated("holds")
    names = ("plan_cache_mode", "lock_timeout", "statement_timeout", "jit", "application_name", "search_path")
    shown = {name: await lane.fetchval(f"SHOW {name}") for name in names}
    assert shown == {
        "plan_cache_mode": "force_custom_plan",
        "lock_timeout": "150ms",
        "statement_timeout": "5s",
        "jit": "off",
        "application_name": "tests/holds",
        "search_path": '"$user", public',
    }
    await database.execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
    async with database.transaction() as other:
        await other.execute("UPDATE t SET n = 2")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await lane.execute("UPDATE t SET n = 3")
    assert await database.fetchval("SELECT n FROM t") == 2


async def test_a_lost_lane_is_told_from_a_failed_statement(database: Database) -> None:
    lane = await database.dedicated()
    with pytest.raises(asyncpg.DataError) as wrong:
        await lane.fetchval("SELECT $1::int", "x")
    assert not is_connection_lost(wrong.value, lane)
    await lane.execute("SET statement_timeout = 20")
    with pytest.raises(asyncpg.QueryCanceledError) as slow:
        await lane.execute("SELECT pg_sleep(5)")
    assert not is_connection_lost(slow.value, lane)

    process = await lane.fetchval("SELECT pg_backend_pid()")
    await database.execute("SELECT pg_terminate_backend($1)", process)
    await asyncio.sleep(0.05)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)) as lost:
        await lane.fetchval("SELECT 1")
    assert is_connection_lost(lost.value, lane)
    assert database.statistics().dedicated == 0
    again = await database.dedicated()
    assert await again.fetchval("SELECT 1") == 1
    assert database.statistics().dedicated == 1


async def test_the_pool_survives_the_loss_of_its_connections(database: Database) -> None:
    assert await database.fetchval("SELECT 1") == 1
    other = await connect(database.dsn)
    await other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tests'")
    await other.close()
    await asyncio.sleep(0.05)
    assert await database.fetchval("SELECT 1") == 1


async def test_who_waits_too_long_for_a_connection_is_told(database_url: str) -> None:
    async with (
        Database(database_url, pool_size=1, acquire_timeout_s=0.1) as database,
        database.acquire(),
    ):
        waiting = asyncio.create_task(database.ping())
        await asyncio.sleep(0.02)
        statistics = database.statistics()
        assert (statistics.size, statistics.idle, statistics.limit, statistics.waiting) == (1, 0, 1, 1)
        with pytest.raises(Unavailable, match=r"no database connection became free in 0\.1 s"):
            await waiting
        assert database.statistics().waiting == 0


async def test_an_unreachable_server_and_a_wrong_name(database_url: str) -> None:
    with pytest.raises(Unavailable, match="cannot be reached") as away:
        await Database("postgresql://me:secret@127.0.0.1:1/x").start()
    assert "secret" not in str(away.value)
    with pytest.raises(ConfigurationError, match="does not exist"):
        await Database(database_url.replace("test_", "missing_")).start()
    with pytest.raises(ConfigurationError, match="does not exist"):
        await connect(database_url.replace("test_", "missing_"))
    with pytest.raises(Unavailable, match="not open"):
        await Database(database_url).ping()


async def test_stopping_cuts_what_does_not_end(database_url: str) -> None:
    database = Database(database_url)
    await database.start()
    lane = await database.dedicated()
    slow = asyncio.create_task(database.execute("SELECT pg_sleep(20)"))
    await asyncio.sleep(0.05)
    await database.stop(timeout_s=0.1)
    assert lane.is_closed()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError, Unavailable)):
        await slow
    await database.start()
    assert await database.fetchval("SELECT 1") == 1
    await database.stop()


async def test_the_connection_budget(database: Database) -> None:
    async with database.acquire() as session:
        budget = await check_connection_budget(session, pool_size=8, lanes=12, workers=2, others=3)
        assert (budget.needed, budget.available) == (43, 97)
        with pytest.raises(ConfigurationError, match="need 100 database connections, the server gives 97") as refusal:
            await check_connection_budget(session, pool_size=8, lanes=12, workers=5)
        assert "by 3 or more" in str(refusal.value)
