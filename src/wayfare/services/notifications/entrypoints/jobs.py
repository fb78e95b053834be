"""Work of the notifications service that comes round again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.retention import RetentionRule, older_than

SEND_EVERY_S = 1.0


def notification_jobs(
    send: Callable[[], Awaitable[None]],
    set_gauges: Callable[[], Awaitable[None]],
    remove_old: Callable[[], Awaitable[None]],
    seal_anew: Callable[[], Awaitable[None]],
) -> Sequence[PeriodicJob]:
    return (
        PeriodicJob("notifications.webhooks", SEND_EVERY_S, send, exclusive=True),
        PeriodicJob("notifications.gauges", 15.0, set_gauges, exclusive=True),
        PeriodicJob("notifications.retention", 3600.0, remove_old, exclusive=True, recorded=True),
        PeriodicJob("notifications.seal", 3600.0, seal_anew, exclusive=True),
    )


def retention_rules(kept_days: int) -> Sequence[RetentionRule]:
    return (
        RetentionRule(
            "deliveries to partners and their attempts",
            "notifications.webhook_delivery",
            f"{kept_days} days, and until they are delivered or given up",
            "deleted",
            "notifications.retention",
            f"state <> 'pending' AND {older_than('made_at', (kept_days + 1) * 86_400)}",
        ),
    )
