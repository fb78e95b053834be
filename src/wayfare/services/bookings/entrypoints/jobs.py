"""Work of the bookings service that comes round again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from wayfare.infrastructure.database import Database
from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.partitions import MonthlyPartitions, PartitionKey, month_after
from wayfare.infrastructure.retention import RetentionRule, made_before
from wayfare.kernel.time import DAY_ZERO

TABLES = (
    MonthlyPartitions("bookings.booking", PartitionKey.UUID7, {"fillfactor": "45"}),
    MonthlyPartitions("bookings.booking_detail", PartitionKey.UUID7),
    MonthlyPartitions("bookings.booking_item", PartitionKey.UUID7, {"fillfactor": "90"}),
    MonthlyPartitions("bookings.charge", PartitionKey.UUID7),
    MonthlyPartitions("bookings.refund", PartitionKey.UUID7),
    MonthlyPartitions("bookings.exchange", PartitionKey.UUID7, {"fillfactor": "60"}),
    MonthlyPartitions("bookings.saga_errors", PartitionKey.UUID7),
)
MONTHS_AHEAD = 2
ANSWERS_KEPT_S = 26 * 3600
"""Idempotency keys hold for a day at least."""


def retention_rules(kept_days: int, nobody: str) -> Sequence[RetentionRule]:
    first_kept = f"current_date - date '{DAY_ZERO}' - {kept_days + 2}"
    return (
        RetentionRule(
            "answers to repeated requests",
            "bookings.answer",
            "26 hours after they were given",
            "deleted",
            "bookings.idempotency",
            made_before("payment_id", ANSWERS_KEPT_S + 2 * 3600),
        ),
        RetentionRule(
            "passengers and contacts",
            "bookings.booking_detail AS d",
            f"{kept_days} days after the journey",
            "anonymised",
            "bookings.forget",
            f"contact <> '{nobody}' AND {made_before('booking_id', (kept_days + 2) * 86_400)} "
            "AND NOT EXISTS (SELECT FROM bookings.booking_item AS i WHERE i.booking_id = d.booking_id "
            f"AND i.departure_id >> 32 >= {first_kept})",
        ),
        RetentionRule(
            "bookings without their passengers", "bookings.booking", "for good: accounts refer to them", "kept"
        ),
    )


async def prepare_partitions(database: Database) -> None:
    """The partitions of this month and the next ones; ids tell the month by the machine's clock."""
    today = datetime.now(UTC).date()
    async with database.acquire() as session:
        for table in TABLES:
            await table.ensure(session, today, month_after(today, MONTHS_AHEAD))


def booking_jobs(
    database: Database,
    resume: Callable[[], Awaitable[None]],
    renew_leases: Callable[[], Awaitable[None]],
    hasten: Callable[[], Awaitable[None]],
    remove_old_answers: Callable[[int], Awaitable[int]],
    forget: Callable[[], Awaitable[int]],
    seal: Callable[[], Awaitable[int]],
) -> Sequence[PeriodicJob]:
    return (
        PeriodicJob("bookings.recovery", 0.5, resume),
        PeriodicJob("bookings.leases", 1.0, renew_leases),
        PeriodicJob("bookings.settled", 1.0, hasten, exclusive=True),
        PeriodicJob("bookings.partitions", 3600.0, lambda: prepare_partitions(database), exclusive=True),
        PeriodicJob(
            "bookings.idempotency", 3600.0, lambda: remove_old_answers(ANSWERS_KEPT_S), exclusive=True, recorded=True
        ),
        PeriodicJob("bookings.forget", 6 * 3600.0, forget, exclusive=True, recorded=True),
        PeriodicJob("bookings.seal", 3600.0, seal, exclusive=True),
    )
