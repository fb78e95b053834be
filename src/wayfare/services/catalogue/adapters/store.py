"""The catalogue's tables: one writer at a time, one transaction per change."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

import asyncpg

from wayfare.contracts.catalogue.fares import Tariff
from wayfare.contracts.catalogue.layout import Layout, LayoutRule
from wayfare.infrastructure.database import Database, Session, close
from wayfare.infrastructure.locks import advisory_lock
from wayfare.kernel.errors import Unavailable
from wayfare.services.catalogue.adapters import sql
from wayfare.services.catalogue.adapters.feed_records import Record, feed_records, service_records
from wayfare.services.catalogue.adapters.layout_tables import LayoutTables
from wayfare.services.catalogue.adapters.snapshot_rows import read_snapshot_rows
from wayfare.services.catalogue.application.ports import Assignment, FeedChanges, LayoutBook, Link, Written
from wayfare.services.catalogue.domain.calendars import Calendar
from wayfare.services.catalogue.domain.reconcile import Known
from wayfare.services.catalogue.domain.snapshot import SnapshotRows

LOCK = "catalogue"
LOCK_TIMEOUT_S = 600.0
STATEMENT_TIMEOUT_S = 600.0
_REMEMBERED_DAYS = 400
"""Numbers of services that left their feed are remembered so long, in case they come back."""


class PostgresStore:
    """The catalogue's tables in a database."""

    def __init__(self, database: Database, defaults: LayoutBook) -> None:
        """`defaults`: the product's own layouts and rules."""
        self._database = database
        self._defaults = defaults

    async def generation(self) -> int:
        return int(await self._database.fetchval(sql.GENERATION))

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[PostgresSession]:
        """A connection of its own that holds the catalogue's lock until the block ends."""
        connection = await self._database.dedicated(
            "catalogue", statement_timeout_s=STATEMENT_TIMEOUT_S, lock_timeout_ms=30_000
        )
        try:
            # An import reads its feed between two statements; nothing waits for it but other imports.
            await connection.execute("SET idle_in_transaction_session_timeout = 0")
            async with advisory_lock(connection, LOCK, timeout_s=LOCK_TIMEOUT_S):
                yield PostgresSession(connection, self._defaults)
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError) as error:
            raise Unavailable(f"the database was lost during an import; nothing of it was kept: {error}") from error
        finally:
            await close(connection)


class PostgresSession:
    """What use cases do with the tables; see application.ports.CatalogueSession."""

    def __init__(self, session: Session, defaults: LayoutBook) -> None:
        self._session = session
        self._defaults = defaults
        self._layouts = LayoutTables(session)

    async def find_digest(self, feed_id: str) -> str | None:
        digest: str | None = await self._session.fetchval(sql.FIND_DIGEST, feed_id)
        return digest

    async def generation(self) -> int:
        return int(await self._session.fetchval(sql.GENERATION))

    async def known_services(self, feed_id: str) -> list[Known]:
        calendars = {
            row["calendar_key"]: Calendar(row["first_day"], row["runs"])
            for row in await self._session.fetch(sql.FEED_CALENDARS, feed_id)
        }
        return [
            Known(
                row["service_no"],
                row["ref"],
                row["places_key"],
                row["times_key"],
                row["status"],
                calendars[row["calendar_key"]],
                row["layout"],
                row["changed_day"],
                row["content_key"],
            )
            for row in await self._session.fetch(sql.KNOWN_SERVICES, feed_id)
        ]

    async def place_numbers(self, feed_id: str, stop_ids: Sequence[str]) -> dict[str, int]:
        rows = await self._session.fetch(sql.PLACE_NUMBERS, feed_id)
        numbers: dict[str, int] = {row["stop_id"]: row["place_no"] for row in rows}
        missing = [stop_id for stop_id in stop_ids if stop_id not in numbers]
        if missing:
            rows = await self._session.fetch(sql.NEXT_PLACE_NUMBERS, len(missing))
            numbers |= {stop_id: row["no"] for stop_id, row in zip(missing, rows, strict=True)}
        return numbers

    async def new_service_numbers(self, count: int) -> list[int]:
        if not count:
            return []
        return [row["no"] for row in await self._session.fetch(sql.NEXT_SERVICE_NUMBERS, count)]

    async def write_feed(self, changes: FeedChanges) -> Written:
        """Everything of one import, or nothing."""
        feed = changes.feed
        async with self._session.transaction():
            rows = 0
            for table, records in feed_records(changes):
                rows += await self._sync(table, feed.feed_id, records)
            rows += await self._write_services(changes)
            await self._session.execute(sql.FORGET, feed.feed_id, changes.day - _REMEMBERED_DAYS)
            await self._session.execute(sql.REMOVE_CALENDARS)
            head = (feed.feed_id, feed.version, feed.publisher, feed.language, changes.digest, changes.now_s)
            head_changed = _count(await self._session.execute(sql.WRITE_FEED, *head))
            if rows or head_changed:
                generation = await self._new_generation(changes.now_s, f"feed {feed.feed_id}")
            else:
                generation = await self.generation()
        return Written(rows, generation)

    async def layout_book(self) -> LayoutBook:
        async with self._session.transaction():
            await self._layouts.add_defaults(self._defaults)
        return await self._layouts.book()

    async def rules_of_others(self, source: str) -> list[tuple[str, LayoutRule]]:
        return await self._layouts.rules_of_others(source)

    async def assignments(self) -> list[Assignment]:
        return await self._layouts.assignments()

    async def write_layouts(
        self,
        source: str,
        layouts: Sequence[Layout],
        rules: Sequence[LayoutRule],
        changes: dict[int, str | None],
        now_s: int,
    ) -> Written:
        async with self._session.transaction():
            rows = await self._layouts.write(source, layouts, rules)
            rows += await self._layouts.assign(changes)
            return await self._written(rows, now_s, f"layouts {source}")

    async def write_tariffs(self, source: str, tariffs: Sequence[Tariff], now_s: int) -> Written:
        async with self._session.transaction():
            rows = await self._layouts.write_tariffs(source, tariffs)
            return await self._written(rows, now_s, f"tariffs {source}")

    async def write_links(self, source: str, links: Sequence[Link], now_s: int) -> Written:
        async with self._session.transaction():
            rows = await self._layouts.write_links(source, links)
            return await self._written(rows, now_s, f"links {source}")

    async def snapshot_rows(self) -> SnapshotRows:
        async with self._session.transaction(isolation="repeatable_read", readonly=True):
            return await read_snapshot_rows(self._session)

    async def _written(self, rows: int, now_s: int, reason: str) -> Written:
        return Written(rows, await self._new_generation(now_s, reason) if rows else await self.generation())

    async def _new_generation(self, now_s: int, reason: str) -> int:
        return int(await self._session.fetchval(sql.NEW_GENERATION, now_s, reason))

    async def _sync(self, table: sql.FeedTable, feed_id: str, records: Iterable[Record]) -> int:
        """Bring a table in line with what the feed says now. The number of rows that changed."""
        await self._session.execute(table.create)
        await self._session.copy_records_to_table(
            f"incoming_{table.name}", records=records, columns=table.columns, schema_name="pg_temp"
        )
        removed = _count(await self._session.execute(table.remove, feed_id))
        return removed + _count(await self._session.execute(table.upsert))

    async def _write_services(self, changes: FeedChanges) -> int:
        await self._add_calendars([row.calendar for row in changes.services])
        await self._add_calendars(list(changes.retired.values()))
        rows = 0
        if changes.services:
            await self._session.execute(sql.SERVICES.create)
            await self._session.copy_records_to_table(
                "incoming_services",
                records=service_records(changes),
                columns=sql.SERVICES.columns,
                schema_name="pg_temp",
            )
            rows += _count(await self._session.execute(sql.SERVICES.upsert))
        if changes.retired:
            keys = [calendar.key for calendar in changes.retired.values()]
            rows += _count(await self._session.execute(sql.RETIRE, list(changes.retired), keys, changes.day))
        if changes.withdrawn:
            rows += _count(await self._session.execute(sql.WITHDRAW, changes.withdrawn, changes.day))
        return rows

    async def _add_calendars(self, calendars: Sequence[Calendar]) -> None:
        found = {calendar.key: calendar for calendar in calendars}
        columns = list(found), [c.first_day for c in found.values()], [c.runs for c in found.values()]
        await self._session.execute(sql.ADD_CALENDARS, *columns)


def _count(status: str) -> int:
    """The number of rows in a command's status, such as "INSERT 0 5"."""
    return int(status.rsplit(" ", 1)[-1])
