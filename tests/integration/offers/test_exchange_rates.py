"""Exchange rates in PostgreSQL: history, corrections, all or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from conftest import Databases
from wayfare.bootstrap.schema import migrations_of
from wayfare.infrastructure import migrations
from wayfare.infrastructure.database import Database
from wayfare.kernel.errors import ImportRefused
from wayfare.kernel.time import FixedClock
from wayfare.services.offers.adapters.current_rates import CurrentRates
from wayfare.services.offers.adapters.rate_store import PostgresRateStore
from wayfare.services.offers.domain.exchange import RateDay
from wayfare.services.offers.wiring import make_rates_import


async def migrate(dsn: str) -> None:
    await migrations.upgrade(dsn, [migrations_of("offers")])


@pytest.fixture
async def kept(databases: Databases) -> AsyncIterator[Database]:
    dsn = databases.create(databases.template("offers", migrate))
    async with Database(dsn, pool_size=2, application_name="tests") as database:
        yield database
    databases.drop(dsn)


async def test_a_file_twice_is_a_file_once(kept: Database, tmp_path: Path) -> None:
    path = tmp_path / "hist.csv"
    path.write_text("Date,USD,GBP,\n2026-06-12,1.1172,0.8338,\n2026-06-11,1.1100,N/A,\n")
    bring = make_rates_import(kept)
    assert (await bring(str(path))).changed == 2
    assert (await bring(str(path))).changed == 0
    (tmp_path / "daily.csv").write_text("Date, USD, GBP, \n12 June 2026, 1.1172, 0.83380, \n")
    assert (await bring(str(tmp_path / "daily.csv"))).changed == 0
    path.write_text("Date,USD,\n2026-06-12,1.1173,\n2026-06-15,1.12,\n")
    assert (await bring(str(path))).changed == 2
    store = PostgresRateStore(kept)
    corrected = {"USD": Decimal("1.1173"), "GBP": Decimal("0.8338")}
    assert await store.find_newest(date(2026, 6, 14)) == RateDay(date(2026, 6, 12), corrected)
    assert await store.find_newest(date(2026, 6, 11)) == RateDay(date(2026, 6, 11), {"USD": Decimal("1.1100")})
    assert await store.find_newest(date(2026, 6, 10)) is None


async def test_a_bad_file_changes_nothing(kept: Database, tmp_path: Path) -> None:
    path = tmp_path / "hist.csv"
    path.write_text("Date,USD,\n2026-06-12,1.1172,\n2026-06-11,oops,\n")
    with pytest.raises(ImportRefused, match=r"hist\.csv:3: 'oops' is not a rate of USD"):
        await make_rates_import(kept)(str(path))
    assert await kept.fetchval("SELECT count(*) FROM offers.rate_day") == 0


async def test_all_days_of_the_ecb(kept: Database, shared_data: Path) -> None:
    report = await make_rates_import(kept)(str(shared_data / "fx" / "eurofxref-hist.zip"))
    assert report.changed == report.days > 6000
    current = CurrentRates(PostgresRateStore(kept), FixedClock(datetime(2016, 6, 12, tzinfo=UTC)))
    await current.look()
    assert current.get_rates().published == date(2016, 6, 10)  # the Friday before
