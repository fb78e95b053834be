"""Rows of PostgreSQL as entries and checkpoints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wayfare.services.audit.domain.checkpoint import Checkpoint
from wayfare.services.audit.domain.entry import Entry
from wayfare.services.audit.domain.from_events import us_of


def entry_of(row: Any) -> Entry:
    return Entry(
        seq=row["seq"],
        noted_us=_us_of(row["noted_at"]),
        at_us=_us_of(row["at"]),
        actor=row["actor"],
        action=row["action"],
        object=row["object"],
        correlation_id=row["correlation_id"],
        before=row["before"],
        after=row["after"],
        person=row["person"],
        sealed=row["sealed"],
        words=row["words"],
        previous=row["previous"],
        hash=row["hash"],
    )


def checkpoint_of(row: Any) -> Checkpoint:
    return Checkpoint(
        number=row["number"],
        at_us=_us_of(row["at"]),
        seq=row["seq"],
        hash=row["hash"],
        previous=row["previous"],
        key_id=row["key_id"],
        signature=row["signature"],
    )


def _us_of(instant: datetime) -> int:
    """An infinite time, which only somebody who alters rows writes, comes from the driver without an offset."""
    return us_of(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
