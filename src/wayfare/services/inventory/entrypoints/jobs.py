"""Inventory's periodic work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.retention import RetentionRule, older_than
from wayfare.services.inventory.application.expire_holds import ExpireHolds
from wayfare.services.inventory.application.keep_partitions import KeepPartitions

EXPIRE_EVERY_S = 1.0
EXPIRE_OVERLOOKED_EVERY_S = 300.0
PARTITIONS_EVERY_S = 6 * 3600.0
UTILISATION_EVERY_S = 60.0
FORGET_EVERY_S = 6 * 3600.0


def inventory_jobs(
    expire: ExpireHolds,
    partitions: KeepPartitions,
    utilisation: Callable[[], Awaitable[None]],
    forget: Callable[[], Awaitable[int]],
) -> list[PeriodicJob]:
    return [
        PeriodicJob("inventory.expire", EXPIRE_EVERY_S, expire),
        PeriodicJob("inventory.expire_overlooked", EXPIRE_OVERLOOKED_EVERY_S, expire.overlooked, exclusive=True),
        PeriodicJob("inventory.partitions", PARTITIONS_EVERY_S, partitions),
        PeriodicJob("inventory.utilisation", UTILISATION_EVERY_S, utilisation, exclusive=True),
        PeriodicJob("inventory.forget", FORGET_EVERY_S, forget, exclusive=True, recorded=True),
    ]


def retention_rules(kept_days: int) -> list[RetentionRule]:
    return [
        RetentionRule(
            "holds that came to nothing",
            "inventory.hold",
            f"{kept_days} days",
            "deleted",
            "inventory.forget",
            f"state IN (2, 3) AND {older_than('expires_at', (kept_days + 1) * 86_400)}",
        ),
        RetentionRule("what is taken on each departure", "inventory.occupancy", "for good; nobody is named", "kept"),
    ]
