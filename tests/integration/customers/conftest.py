"""A migrated database and a world on it for every test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from conftest import run_in_thread
from integration.customers.world import Process, World, migrate
from integration.events.brokers import moto_address
from issuer import Issuer
from wayfare.infrastructure.dynamo import Dynamo
from wayfare.services.customers.adapters.dynamo_sessions import TABLES


@pytest.fixture
def world(databases: Any, tmp_path: Path) -> Iterator[World]:
    dsn = databases.create(databases.template("customers", migrate))
    yield World(dsn, tmp_path)
    databases.drop(dsn)


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """Where moto answers for Amazon."""
    with moto_address() as endpoint:
        yield endpoint


@pytest.fixture
def dynamo_url(moto: str) -> str:
    """Tables of this test's own."""
    url = f"dynamodb://?region=eu-central-1&prefix=test-{uuid4().hex[:8]}&endpoint={moto}"

    async def create() -> None:
        dynamo = Dynamo(url)
        await dynamo.create(TABLES)
        await dynamo.aclose()

    run_in_thread(create())
    return url


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


@pytest.fixture
async def process(world: World) -> AsyncIterator[Process]:
    async with world.process() as running:
        yield running
