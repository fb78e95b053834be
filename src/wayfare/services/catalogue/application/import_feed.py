"""Import a feed: read it, match it with what is known, write it in one transaction, publish."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from wayfare.contracts.catalogue.timetable import NOT_SOLD
from wayfare.contracts.inventory.api import InventoryApi
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.time import Clock
from wayfare.services.catalogue.application.ports import (
    CatalogueSession,
    CatalogueStore,
    FeedChanges,
    OpenFeed,
    ServiceRow,
)
from wayfare.services.catalogue.application.publish_timetable import PublishTimetable
from wayfare.services.catalogue.application.report import ImportReport, ServiceCounts
from wayfare.services.catalogue.application.sold import find_sold, today
from wayfare.services.catalogue.domain.feed import Feed
from wayfare.services.catalogue.domain.gtfs.reader import FeedReader, Progress
from wayfare.services.catalogue.domain.identity import NewVersion, content_key, prepare
from wayfare.services.catalogue.domain.issues import IssueLog
from wayfare.services.catalogue.domain.layout_rules import LayoutChooser
from wayfare.services.catalogue.domain.reconcile import (
    Decision,
    Known,
    SoldChange,
    decide,
    services_to_ask_about,
)

log = structlog.get_logger()

STEPS = 9
_FEED_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


def no_progress(_what: str, _done: int, _total: int) -> None:
    return None


def feed_id_of(path: Path) -> str:
    """The feed id a file's name gives: "Metro-North 2026.zip" is metro-north-2026."""
    stem = path.name.removesuffix(path.suffix) if path.suffix.lower() == ".zip" else path.name
    return re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")[:63]


def check_feed_id(feed_id: str) -> None:
    """Raises `ValidationFailed` unless it can stand in a place id ("feed:stop")."""
    if not _FEED_ID.fullmatch(feed_id):
        raise ValidationFailed.of("feed_id", "1 to 63 of a-z, 0-9, dot, dash and underscore, a letter or digit first")


class ImportFeed:
    """Imports one feed. The same feed again changes nothing; a feed that cannot be used leaves nothing behind.

    Raises `ImportRefused` (with the list of errors), `ValidationFailed` (feed id), `Unavailable`.
    """

    def __init__(
        self,
        store: CatalogueStore,
        open_feed: OpenFeed,
        inventory: InventoryApi,
        publish: PublishTimetable,
        clock: Clock,
        *,
        services_max: int = 1_000_000,
        settle_s: float = 2.0,
    ) -> None:
        """`settle_s`: how long other processes may go on selling from the old timetable after a publication."""
        self._store = store
        self._open_feed = open_feed
        self._inventory = inventory
        self._publish = publish
        self._clock = clock
        self._services_max = services_max
        self._settle_s = settle_s

    async def __call__(
        self, path: Path, feed_id: str | None = None, *, force: bool = False, progress: Progress = no_progress
    ) -> ImportReport:
        """Import the zip archive or folder at `path`. `progress` is called from another thread while reading."""
        started = time.monotonic()
        feed_id = feed_id or feed_id_of(path)
        check_feed_id(feed_id)
        issues = IssueLog()
        async with self._store.exclusive() as session:
            digest, feed = await asyncio.to_thread(
                self._read, path, feed_id, None if force else await session.find_digest(feed_id), issues, progress
            )
            if feed is None:
                generation = await self._publish.bring_up(session)
                return ImportReport(feed_id, "", False, generation, time.monotonic() - started)
            report = await self._import(session, feed, digest, issues, progress)
        report = msgspec.structs.replace(report, elapsed_s=round(time.monotonic() - started, 3))
        log.info("feed.imported", feed=feed_id, generation=report.generation, seconds=report.elapsed_s)
        return report

    def _read(
        self, path: Path, feed_id: str, known_digest: str | None, issues: IssueLog, progress: Progress
    ) -> tuple[str, Feed | None]:
        """The feed's digest, and the feed unless it is known already. Runs in a thread."""
        with self._open_feed(path, issues) as source:
            digest = source.digest()
            if digest == known_digest:
                return digest, None
            return digest, FeedReader(source, issues, progress, STEPS, self._services_max).read(feed_id)

    async def _import(
        self, session: CatalogueSession, feed: Feed, digest: str, issues: IssueLog, progress: Progress
    ) -> ImportReport:
        progress("matching with the timetable in force", 6, STEPS)
        book = await session.layout_book()
        chooser = LayoutChooser(book.rules, [layout.code for layout in book.layouts])
        place_nos = await session.place_numbers(feed.feed_id, [place.stop_id for place in feed.places])
        version = await asyncio.to_thread(prepare, feed, digest, place_nos, chooser, issues)
        report, losing = await self._apply(session, version, progress)
        if losing and await self._sold_meanwhile(losing):
            # Somebody bought what this version takes away between our question and the publication.
            again, _ = await self._apply(session, version, progress, also_ask=losing)
            report = msgspec.structs.replace(again, changes=report.changes + again.changes, changed=True)
        return msgspec.structs.replace(report, issues=issues.listed())

    async def _apply(
        self, session: CatalogueSession, version: NewVersion, progress: Progress, also_ask: Sequence[int] = ()
    ) -> tuple[ImportReport, list[int]]:
        """Write and publish. Also gives the services that lost days nobody had bought."""
        feed = version.feed
        day = today(self._clock)
        known = await session.known_services(feed.feed_id)
        asked = sorted({*services_to_ask_about(known, version.incoming, day), *also_ask})
        sold = await find_sold(self._inventory, asked, day)
        decision = decide(known, version.incoming, sold, day)
        rows, numbers = await _service_rows(session, version, decision, known)
        progress("writing", 7, STEPS)
        changes = FeedChanges(feed, version.digest, version.place_nos, rows, decision.retired, decision.withdrawn)
        changes.day, changes.now_s = day, self._clock.now_s()
        before = await session.generation()
        written = await session.write_feed(changes)
        progress("publishing", 8, STEPS)
        await self._publish.bring_up(session)
        progress("done", STEPS, STEPS)
        report = ImportReport(
            feed.feed_id,
            feed.version,
            changed=written.generation != before,
            generation=written.generation,
            elapsed_s=0.0,
            rows_read=feed.rows_read,
            kept=feed.rows_kept,
            services=_counts(version, decision, numbers, len(rows)),
            changes=_changes(decision, numbers),
        )
        return report, [number for number in decision.losing if number not in sold]

    async def _sold_meanwhile(self, losing: Sequence[int]) -> bool:
        await asyncio.sleep(self._settle_s)
        return bool(await find_sold(self._inventory, losing, today(self._clock)))


async def _service_rows(
    session: CatalogueSession, version: NewVersion, decision: Decision, known: Sequence[Known]
) -> tuple[list[ServiceRow], list[int | None]]:
    """The rows that are new or differ; and every service's number, None for one that has no day left to run."""
    fresh = sum(
        1 for number, calendar in zip(decision.numbers, decision.calendars, strict=True) if number is None and calendar
    )
    new_numbers = iter(await session.new_service_numbers(fresh))
    contents = {service.service_no: service.content_key for service in known}
    rows: list[ServiceRow] = []
    numbers: list[int | None] = []
    for i, new in enumerate(version.incoming):
        number, calendar, layout = decision.numbers[i], decision.calendars[i], decision.layouts[i]
        if not calendar:
            numbers.append(None)
            continue
        if number is None:
            number = next(new_numbers)
        numbers.append(number)
        status = version.statuses[i]
        key = content_key(version.contents[i], calendar, layout, status)
        if contents.get(number) != key:
            rows.append(ServiceRow(i, number, calendar, layout, status, new.places_key, new.times_key, key))
    return rows, numbers


def _counts(version: NewVersion, decision: Decision, numbers: Sequence[int | None], written: int) -> ServiceCounts:
    pairs = list(zip(numbers, decision.numbers, strict=True))
    total = sum(1 for number, _ in pairs if number is not None)
    new = sum(1 for number, old in pairs if number is not None and old is None)
    unsold = sum(
        1
        for number, status, layout in zip(numbers, version.statuses, decision.layouts, strict=True)
        if number is not None and (status == NOT_SOLD or layout is None)
    )
    return ServiceCounts(
        total=total,
        new=new,
        updated=written - new,
        unchanged=total - written,
        retired=len(decision.retired),
        withdrawn=len(decision.withdrawn),
        not_sold=unsold,
    )


def _changes(decision: Decision, numbers: Sequence[int | None]) -> tuple[SoldChange, ...]:
    return tuple(
        change if index is None else msgspec.structs.replace(change, successor_no=numbers[index])
        for change, index in decision.changes
    )
