from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from conftest import Databases
from integration.audit.world import prepare, use_cases_of
from wayfare.infrastructure.database import Database
from wayfare.services.audit.wiring import AuditUseCases


@pytest.fixture
def audit_dsn(databases: Databases) -> Iterator[str]:
    with databases.filled("audit", prepare) as dsn:
        yield dsn


@pytest.fixture
async def audit_database(audit_dsn: str) -> AsyncIterator[Database]:
    async with Database(audit_dsn, pool_size=4, application_name="tests") as opened:
        yield opened


@pytest.fixture
def audit(audit_database: Database, tmp_path: Path) -> AuditUseCases:
    return use_cases_of(audit_database, tmp_path / "keys")
