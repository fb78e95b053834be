"""The migrations of every service go up, down and up again, with data in place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import pytest

from wayfare.bootstrap.compose import SCHEMAS, compose
from wayfare.bootstrap.schema import migrations_of, pending_migrations, run_migrations
from wayfare.bootstrap.settings import Settings
from wayfare.infrastructure import migrations

TABLES = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND relkind IN ('r', 'p')
"""
PARTITIONS = "SELECT relname FROM pg_class WHERE relispartition"


def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_dir=tmp_path)


async def count_tables(url: str, schema: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        found: int = await connection.fetchval(TABLES, schema)
        return found
    finally:
        await connection.close()


async def start_and_stop(settings: Settings) -> None:
    """A whole system comes up on the schema and writes: partitions, publications."""
    system = compose(settings, run_jobs=False)
    await system.start()
    await system.stop()


class TestMigrations:
    async def test_up_down_and_up_again(self, settings: Settings) -> None:
        url = settings.database_url_of("inventory")
        await run_migrations(settings)
        assert await pending_migrations(settings) == []
        await start_and_stop(settings)
        await self._put_data_in_place(url)
        for schema in SCHEMAS:
            await migrations.downgrade(url, [migrations_of(schema)])
            assert await count_tables(url, schema) <= 1, "only the version table may be left"
        assert len(await pending_migrations(settings)) >= len(SCHEMAS)
        await run_migrations(settings)
        assert await pending_migrations(settings) == []
        await start_and_stop(settings)

    async def _put_data_in_place(self, url: str) -> None:
        connection = await asyncpg.connect(url)
        try:
            day = (today() - date(2000, 1, 1)).days
            await connection.execute(
                "INSERT INTO inventory.occupancy (departure_id, unit_no, taken_lo, taken_hi) VALUES ($1, 0, 1, 0)",
                day << 32 | 1,
            )
            assert await connection.fetchval("SELECT count(*) FROM inventory.occupancy") == 1
        finally:
            await connection.close()

    async def test_running_them_twice_changes_nothing(self, settings: Settings) -> None:
        await run_migrations(settings)
        before = [await count_tables(settings.database_url_of(schema), schema) for schema in SCHEMAS]
        await run_migrations(settings)
        assert before == [await count_tables(settings.database_url_of(schema), schema) for schema in SCHEMAS]


class TestPartitions:
    async def test_a_start_makes_those_of_the_months_to_come(self, settings: Settings) -> None:
        await run_migrations(settings)
        await start_and_stop(settings)
        connection = await asyncpg.connect(settings.database_url_of("inventory"))
        try:
            names = {row["relname"] for row in await connection.fetch(PARTITIONS)}
        finally:
            await connection.close()
        for table in ("occupancy", "hold"):
            months = [name for name in names if name.startswith(f"{table}_2")]
            assert f"{table}_{today():%Y_%m}" in months
            assert len(months) >= 12, "a year of departures can be sold"
