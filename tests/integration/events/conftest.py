from __future__ import annotations

from collections.abc import Iterator

import pytest

from conftest import Databases
from integration.events.killing import prepare


@pytest.fixture
def events_dsn(databases: Databases) -> Iterator[str]:
    """A database with the tables of events and a service `test` that has an outbox."""
    with databases.filled("events", prepare) as dsn:
        yield dsn
