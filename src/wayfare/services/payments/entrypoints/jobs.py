"""Work of the payments service that comes round again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from wayfare.infrastructure.database import Database
from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.partitions import MonthlyPartitions, PartitionKey, month_after
from wayfare.infrastructure.retention import RetentionRule, made_before, older_than
from wayfare.services.payments.application.refund_payment import RetryRefunds

TABLES = (
    MonthlyPartitions("payments.payment", PartitionKey.UUID7, {"fillfactor": "45"}),
    MonthlyPartitions("payments.refund", PartitionKey.UUID7, {"fillfactor": "80"}),
    MonthlyPartitions("payments.journal", PartitionKey.UUID7),
    MonthlyPartitions("payments.invoice", PartitionKey.UUID7),
    MonthlyPartitions("payments.fraud_decision", PartitionKey.UUID7),
)
MONTHS_AHEAD = 2


async def prepare_partitions(database: Database) -> None:
    """The partitions of this month and the next ones; ids tell the month by the machine's clock."""
    today = datetime.now(UTC).date()
    async with database.acquire() as session:
        for table in TABLES:
            await table.ensure(session, today, month_after(today, MONTHS_AHEAD))


def payment_jobs(
    database: Database, retry_refunds: RetryRefunds, remove_old_notices: Callable[[], Awaitable[int]]
) -> Sequence[PeriodicJob]:
    return (
        PeriodicJob("payments.retry_refunds", 10.0, retry_refunds),
        PeriodicJob("payments.partitions", 3600.0, lambda: prepare_partitions(database), exclusive=True),
        PeriodicJob("payments.notices", 3600.0, remove_old_notices, exclusive=True, recorded=True),
    )


def fraud_jobs(
    refresh: Callable[[], Awaitable[None]],
    expire_reviews: Callable[[], Awaitable[int]],
    forget: Callable[[], Awaitable[int]],
) -> Sequence[PeriodicJob]:
    return (
        PeriodicJob("payments.fraud_rules", 3.0, refresh),
        PeriodicJob("payments.fraud_reviews", 2.0, expire_reviews, exclusive=True),
        PeriodicJob("payments.fraud_memory", 3600.0, forget, exclusive=True, recorded=True),
    )


def retention_rules() -> Sequence[RetentionRule]:
    return (
        RetentionRule(
            "webhooks of gateways that were dealt with",
            "payments.notice",
            "30 days",
            "deleted",
            "payments.notices",
            older_than("seen_at", 31 * 86_400),
        ),
        RetentionRule(
            "payments a person has reviewed",
            "payments.fraud_review",
            "30 days after the decision",
            "deleted",
            "payments.fraud_memory",
            older_than("decided_at", 31 * 86_400),
        ),
        RetentionRule(
            "digests of who paid, for fraud rules",
            "payments.fraud_sighting",
            "as long as the longest window of the rules, 30 days at most",
            "deleted",
            "payments.fraud_memory",
            made_before("payment_id", 31 * 86_400),
        ),
        RetentionRule("payments and their journal", "payments.payment", "for good: accounts", "kept"),
        RetentionRule("invoices and credit notes", "payments.invoice", "for good: tax law asks for ten years", "kept"),
    )
