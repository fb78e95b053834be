"""The migration for after-sales finds bookings of earlier months and earlier versions."""

from __future__ import annotations

from datetime import UTC, datetime

from wayfare.bootstrap.schema import migrations_of
from wayfare.infrastructure import migrations
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.partitions import month_after
from wayfare.kernel.ids import uuid7
from wayfare.services.bookings.entrypoints.jobs import TABLES

CANCELLED = """
INSERT INTO bookings.booking
    (booking_id, hold_id, payment_id, total, refunded, created_at, state, currency, locator)
VALUES ($1, $1, $1, 100, 60, now(), 3, 'EUR', 'K7M2QX')
"""
PARTITIONS = "SELECT count(*) FROM pg_inherits WHERE inhparent = $1::text::regclass"


async def test_months_and_fees_of_before(database_url: str) -> None:
    bookings, today = migrations_of("bookings"), datetime.now(UTC).date()
    await migrations.upgrade(database_url, [bookings])
    await migrations.downgrade(database_url, [bookings], "0002")
    async with Database(database_url, pool_size=1) as database:
        async with database.acquire() as session:
            for table in TABLES[:3]:
                await table.ensure(session, month_after(today, -3), today)
        await database.execute(CANCELLED, uuid7())
    await migrations.upgrade(database_url, [bookings])
    async with Database(database_url, pool_size=1) as database:
        row = await database.fetchrow("SELECT fees, version, trip_no FROM bookings.booking")
        assert tuple(row) == (40, 0, 0)
        for table in ("booking", "charge", "refund", "exchange"):
            assert await database.fetchval(PARTITIONS, f"bookings.{table}") == 4
