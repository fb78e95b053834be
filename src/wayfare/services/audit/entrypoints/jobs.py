"""Work of the audit service that comes round again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.infrastructure.retention import RetentionRule, older_than

FOLLOW_EVERY_S = 1.0
CHECKPOINT_EVERY_S = 60.0
HOUSEKEEPING_S = 3600.0
Work = Callable[[], Awaitable[object]]


def audit_jobs(*, follow: Work, sign: Work, prepare: Work, forget_origins: Work) -> Sequence[PeriodicJob]:
    return (
        PeriodicJob("audit.follow", FOLLOW_EVERY_S, follow, exclusive=True),
        PeriodicJob("audit.checkpoint", CHECKPOINT_EVERY_S, sign, jitter=0.0, exclusive=True),
        PeriodicJob("audit.partitions", HOUSEKEEPING_S, prepare, exclusive=True),
        PeriodicJob("audit.origins", HOUSEKEEPING_S, forget_origins, exclusive=True, recorded=True),
    )


def retention_rules() -> Sequence[RetentionRule]:
    return (
        RetentionRule(
            "network addresses of requests, until the log has taken them in",
            "audit.origin",
            "a day",
            "deleted",
            "audit.origins",
            older_than("noted_at", 86_400 + 2 * 3600),
        ),
        RetentionRule(
            "the audit log", "audit.entry", "for good; persons are erased from it by dropping their key", "kept"
        ),
    )
