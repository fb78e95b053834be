"""A whole system with sessions and lists in DynamoDB, and with a replica that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from conftest import Databases
from integration.attacks.world import ADA, bearer, prepare, running, settings_of
from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.settings import Settings
from wayfare.bootstrap.tables import make_tables, table_faults
from wayfare.kernel.errors import ConfigurationError

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def dsn(databases: Databases, prepared: Path) -> Iterator[str]:
    with databases.filled("whole", lambda dsn: prepare(dsn, prepared)) as made:
        yield made


async def test_who_logs_in_and_books_finds_the_booking_in_the_list(
    dsn: str, prepared: Path, tmp_path: Path, moto: str
) -> None:
    url = f"dynamodb://?region=eu-central-1&prefix=whole-{uuid4().hex[:8]}&endpoint={moto}"
    changes = {"sessions_url": url, "booking_lists_url": url, "database_replica_url": NOWHERE}
    settings = settings_of(dsn, tmp_path).model_copy(update=changes)
    assert len(await table_faults(settings)) == 3
    assert len(await make_tables(settings)) == 3
    assert (await make_tables(settings), await table_faults(settings)) == ([], {})
    async with running(dsn, prepared, tmp_path / "data", **changes) as world:
        token = await world.log_in(ADA)
        booked = await world.booked(token)
        for step in ("intake", "handle"):
            await world.job(f"bookings.lists.{step}")
        listed = await world.http.get("/v1/bookings", headers=bearer(token))
        assert listed.status_code == 200, listed.text
        assert [(one["locator"], one["status"]) for one in listed.json()["items"]] == [(booked["locator"], "confirmed")]
        shown = await world.http.get(f"/v1/bookings/{booked['locator']}", headers=bearer(token))
        assert listed.json()["items"] == [shown.json()]
        assert await world.database.fetchval("SELECT count(*) FROM customers.session") == 0
        replica = world.system.replica
        assert replica is not None
        assert replica.has_written(await world.database.fetchval("SELECT owner_id FROM bookings.booking"))


def test_a_replica_is_of_the_main_database_alone(tmp_path: Path) -> None:
    def replica_of(**changes: str) -> object:
        settings = Settings(database_url="postgresql://a@127.0.0.1/a", data_dir=tmp_path, **changes)
        return compose(settings, run_jobs=False).replica

    assert replica_of() is None
    assert replica_of(database_replica_url=NOWHERE) is not None
    own = "postgresql://a@127.0.0.1/bookings"
    assert replica_of(database_replica_url=NOWHERE, bookings_database_url=own) is None


async def test_by_default_nothing_of_it_is_asked_for(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert (await make_tables(settings), await table_faults(settings)) == ([], {})


@pytest.mark.parametrize("name", ["SESSIONS_URL", "BOOKING_LISTS_URL"])
def test_an_address_that_is_none_is_an_error_at_start(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"WAYFARE_{name}", "dynamodb://?regoin=eu-central-1")
    with pytest.raises(ConfigurationError, match=rf"WAYFARE_{name}: regoin: unknown"):
        Settings.load()
