"""What an import tells: facts for machines; their readable form is the command line's."""

from __future__ import annotations

import msgspec

from wayfare.services.catalogue.domain.issues import Issue
from wayfare.services.catalogue.domain.reconcile import SoldChange


class ServiceCounts(msgspec.Struct, frozen=True):
    """Services of the feed after the import, and what became of those before it."""

    total: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    retired: int = 0  # kept on their sold days alone
    withdrawn: int = 0
    not_sold: int = 0  # more than 128 sections, or no layout fits


class ImportReport(msgspec.Struct, frozen=True):
    """One import. `rows_read` and `kept` count rows by file; `kept` only where a row stands for one thing."""

    feed_id: str
    version: str
    changed: bool  # False: the feed was known as it is, nothing was written
    generation: int
    elapsed_s: float
    rows_read: dict[str, int] = {}
    kept: dict[str, int] = {}
    services: ServiceCounts = ServiceCounts()
    issues: tuple[Issue, ...] = ()
    changes: tuple[SoldChange, ...] = ()
