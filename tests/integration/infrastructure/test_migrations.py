from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from wayfare.infrastructure.database import Database, connect
from wayfare.infrastructure.migrations import (
    MigrationFailed,
    Pending,
    ServiceMigrations,
    downgrade,
    pending,
    upgrade,
)
from wayfare.kernel.errors import ConfigurationError

HEAD = """
from wayfare.infrastructure.migrations import execute_script
revision = "{revision}"
down_revision = {before!r}

def upgrade():
    execute_script({up!r})

def downgrade():
    execute_script({down!r})
"""


def write(folder: Path, number: int, up: str, down: str = "SELECT 1") -> None:
    before = f"{number - 1:04d}" if number > 1 else None
    text = HEAD.format(revision=f"{number:04d}", before=before, up=up, down=down)
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    (folder / f"versions/{number:04d}_step.py").write_text(text)


@pytest.fixture
def services(tmp_path: Path) -> list[ServiceMigrations]:
    """Two services, the second of which has two migrations and a folder with an awkward name."""
    one, two = tmp_path / "one", tmp_path / "zwei % ü"
    write(one, 1, "CREATE TABLE one.a (n int); CREATE INDEX ON one.a (n)", "DROP TABLE one.a")
    write(two, 1, "CREATE TABLE two.a (n int); INSERT INTO two.a VALUES (1)", "DROP TABLE two.a")
    write(two, 2, "ALTER TABLE two.a ADD m text DEFAULT ':x %(y)s'", "ALTER TABLE two.a DROP m")
    return [ServiceMigrations("one", one), ServiceMigrations("two", two)]


async def test_up_and_down_and_up(database: Database, services: list[ServiceMigrations]) -> None:
    dsn = database.dsn
    all_of_it = [Pending("one", "", ("0001",)), Pending("two", "", ("0001", "0002"))]
    assert await pending(dsn, services) == all_of_it
    assert await upgrade(dsn, services) == all_of_it
    assert await pending(dsn, services) == []
    assert await upgrade(dsn, services) == []
    assert await database.fetchval("SELECT m FROM two.a") == ":x %(y)s"
    assert await database.fetchval("SELECT version_num FROM two.alembic_version") == "0002"
    assert await database.fetchval("SELECT to_regclass('public.alembic_version')") is None

    await downgrade(dsn, services[1:], "0001")
    assert await pending(dsn, services) == [Pending("two", "0001", ("0002",))]
    await downgrade(dsn, services)
    assert await pending(dsn, services) == all_of_it
    assert await database.fetchval("SELECT to_regclass('one.a')") is None
    await upgrade(dsn, services)
    assert await pending(dsn, services) == []


async def test_two_at_once(database: Database, services: list[ServiceMigrations]) -> None:
    done = await asyncio.gather(*(upgrade(database.dsn, services) for _ in range(3)))
    assert sorted(len(work) for work in done) == [0, 0, 2]


async def test_a_failed_migration_leaves_those_before_it(database: Database, services: list[ServiceMigrations]) -> None:
    write(services[1].package_path, 3, "CREATE TABLE two.b (n int); SELECT * FROM two.nowhere")
    with pytest.raises(MigrationFailed, match=r'^upgrade of two failed: .*relation "two.nowhere" does not exist$'):
        await upgrade(database.dsn, services)
    assert await pending(database.dsn, services) == [Pending("two", "0002", ("0003",))]
    assert await database.fetchval("SELECT to_regclass('two.b')") is None
    write(services[1].package_path, 3, "CREATE TABLE two.b (n int)")
    await upgrade(database.dsn, services)
    assert await pending(database.dsn, services) == []


async def test_a_database_newer_than_the_program_is_refused(
    database: Database, services: list[ServiceMigrations]
) -> None:
    await upgrade(database.dsn, services)
    (services[1].package_path / "versions/0002_step.py").unlink()
    with pytest.raises(ConfigurationError, match="newer than the program"):
        await pending(database.dsn, services)


async def test_files_that_do_not_count_up_are_refused(database: Database, services: list[ServiceMigrations]) -> None:
    write(services[0].package_path, 3, "SELECT 1")
    with pytest.raises(ConfigurationError, match="do not count up"):
        await pending(database.dsn, services)


async def test_a_revision_unlike_its_file_is_refused(database: Database, tmp_path: Path) -> None:
    write(tmp_path, 1, "SELECT 1")
    (tmp_path / "versions/0001_step.py").rename(tmp_path / "versions/0001_other.py")
    text = (tmp_path / "versions/0001_other.py").read_text()
    (tmp_path / "versions/0001_other.py").write_text(text.replace('"0001"', '"first"'))
    with pytest.raises(MigrationFailed, match="unlike their files"):
        await upgrade(database.dsn, [ServiceMigrations("one", tmp_path)])


async def test_asking_what_is_pending_is_cheap(database: Database, services: list[ServiceMigrations]) -> None:
    await upgrade(database.dsn, services)
    folders = [(service.schema, str(service.package_path)) for service in services]
    script = textwrap.dedent(
        f"""
        import asyncio, sys
        from pathlib import Path
        from wayfare.infrastructure.migrations import ServiceMigrations, pending
        services = [ServiceMigrations(schema, Path(path)) for schema, path in {folders!r}]
        assert asyncio.run(pending({database.dsn!r}, services)) == []
        print(sorted({{"alembic", "sqlalchemy"}} & set(sys.modules)))
        """
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    started = time.perf_counter()
    assert await pending(database.dsn, services) == []
    assert time.perf_counter() - started < 0.2


async def test_locks_are_given_back(database: Database, services: list[ServiceMigrations]) -> None:
    await upgrade(database.dsn, services)
    connection = await connect(database.dsn)
    assert await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
    await connection.close()
