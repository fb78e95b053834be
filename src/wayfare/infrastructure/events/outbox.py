"""The outbox of a service: what happened, written in the transaction in which it happened.

Rows are never updated; whole days are dropped. They are read in the order of (xid, id), and only those of
transactions older than every one that still runs: a transaction that commits late cannot slip in behind a reader.
For one key that order is the order of the commits, because whoever changes a booking has seen the change before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from wayfare.contracts.events import EventData
from wayfare.infrastructure import tracing
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.cloud_event import CloudEvent, source_of
from wayfare.infrastructure.locks import lock_key

DAYS_AHEAD = 7
START = "0-0"
"""The position before everything."""
_ENCODE = msgspec.json.Encoder().encode
_RELAY = "relay"


def data_text(data: EventData, cause: object = None) -> str:
    """The data of an event as it is stored: behind a traceparent and a blank where it is traced.

    `cause`: the request of a lane's batch in which it happened; without one, it is what is being done now.
    """
    text = _ENCODE(data).decode()
    traceparent = "" if tracing.active is None else tracing.active.traceparent(cause)
    return f"{traceparent} {text}" if traceparent else text


def outbox_tables(schema: str) -> tuple[str, ...]:
    """The statements of a migration that gives a schema its outbox."""
    return (
        f"CREATE SEQUENCE {schema}.outbox_id AS bigint CACHE 1",
        f"""
        CREATE TABLE {schema}.outbox (
            id       bigint NOT NULL DEFAULT nextval('{schema}.outbox_id'),
            xid      xid8 NOT NULL DEFAULT pg_current_xact_id(),
            made_at  timestamptz NOT NULL DEFAULT now(),
            key      uuid NOT NULL,
            type     text NOT NULL,
            payload  text NOT NULL
        ) PARTITION BY RANGE (made_at)
        """,
        f"CREATE INDEX outbox_order ON {schema}.outbox (xid, id)",
        f"""
        CREATE TABLE {schema}.outbox_cursor (
            name text NOT NULL PRIMARY KEY, xid xid8 NOT NULL DEFAULT '0', id bigint NOT NULL DEFAULT 0
        ) WITH (fillfactor = 50)
        """,
    )


def drop_outbox(schema: str) -> tuple[str, ...]:
    """The way back."""
    return (f"DROP TABLE {schema}.outbox, {schema}.outbox_cursor", f"DROP SEQUENCE {schema}.outbox_id")


@dataclass(frozen=True, slots=True)
class Stored:
    """Events in order and the position after the last one, to read on from."""

    events: Sequence[CloudEvent]
    position: str


@dataclass(frozen=True)
class Outbox:
    """The outbox in `schema` of `database`, whose events are published under `topic`."""

    schema: str
    topic: str
    database: Database

    async def write(self, session: Session, events: Sequence[EventData]) -> None:
        """Adds events to the transaction of `session`. Hot statements insert by themselves instead."""
        if events:
            await session.execute(
                f"INSERT INTO {self.schema}.outbox (key, type, payload) "
                "SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])",
                [event.key for event in events],
                [event.TYPE for event in events],
                [data_text(event) for event in events],
            )

    async def read(self, position: str, limit: int, since: datetime | None = None) -> Stored:
        """Events after `position`, made at `since` or later, that nothing can come before any more."""
        xid, number = position.split("-")
        rows = await self.database.fetch(
            f"""
            SELECT o.xid::text AS xid, o.id, o.key, o.type, o.payload, o.made_at FROM {self.schema}.outbox AS o
            WHERE (o.xid, o.id) > ($1::text::xid8, $2) AND o.xid < pg_snapshot_xmin(pg_current_snapshot())
              AND o.made_at >= $4
            ORDER BY o.xid, o.id LIMIT $3
            """,
            xid,
            int(number),
            limit,
            since or datetime(2000, 1, 1, tzinfo=UTC),
        )
        events = tuple(self._event(row) for row in rows)
        return Stored(events, f"{rows[-1]['xid']}-{rows[-1]['id']}" if rows else position)

    async def relayed(self) -> str:
        """Up to where the relay has published."""
        row = await self.database.fetchrow(
            f"SELECT xid::text AS xid, id FROM {self.schema}.outbox_cursor WHERE name = $1", _RELAY
        )
        return START if row is None else f"{row['xid']}-{row['id']}"

    async def note_relayed(self, position: str) -> None:
        """Never goes back, even when two relays run for a moment."""
        xid, number = position.split("-")
        await self.database.execute(
            f"""
            INSERT INTO {self.schema}.outbox_cursor AS c (name, xid, id) VALUES ($1, $2::text::xid8, $3)
            ON CONFLICT (name) DO UPDATE SET xid = excluded.xid, id = excluded.id
            WHERE (c.xid, c.id) < (excluded.xid, excluded.id)
            """,
            _RELAY,
            xid,
            int(number),
        )

    async def prepare(self) -> None:
        """Makes the partitions of today and the next days; to be done before the first event and every hour."""
        today = datetime.now(UTC).date()
        wanted = [today + timedelta(days=ahead) for ahead in range(-1, DAYS_AHEAD + 1)]
        async with self.database.acquire() as session:
            if set(wanted) <= set(await self._days(session)):
                return
            async with session.transaction():
                await session.execute("SELECT pg_advisory_xact_lock($1)", lock_key(f"partitions:{self.schema}.outbox"))
                present = set(await self._days(session))
                for day in wanted:
                    if day not in present:
                        await self._attach(session, day)

    async def remove_old(self, kept_days: int, *, relayed: bool) -> list[str]:
        """Drops days nobody wants to replay any more; their names. With `relayed`, none that still waits for the
        broker.
        """
        oldest = datetime.now(UTC).date() - timedelta(days=kept_days)
        removed = []
        async with self.database.acquire() as session:
            for day in await self._days(session):
                if day >= oldest or (relayed and await self._waits(session, day)):
                    continue
                name = f"{self.schema}.{_name(day)}"
                await session.execute(f"ALTER TABLE {self.schema}.outbox DETACH PARTITION {name} CONCURRENTLY")
                await session.execute(f"DROP TABLE {name}")
                removed.append(_name(day))
        return removed

    async def _waits(self, session: Session, day: date) -> bool:
        found: bool = await session.fetchval(
            f"""
            SELECT EXISTS (SELECT FROM {self.schema}.{_name(day)} AS o WHERE NOT EXISTS (
                SELECT FROM {self.schema}.outbox_cursor AS c WHERE (o.xid, o.id) <= (c.xid, c.id)))
            """
        )
        return found

    async def _days(self, session: Session) -> list[date]:
        rows = await session.fetch(
            "SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid "
            "WHERE inhparent = $1::text::regclass ORDER BY c.relname",
            f"{self.schema}.outbox",
        )
        matches = (re.fullmatch(r"outbox_(\d{4})_(\d\d)_(\d\d)", row[0]) for row in rows)
        return [date(int(found[1]), int(found[2]), int(found[3])) for found in matches if found]

    async def _attach(self, session: Session, day: date) -> None:
        table, partition = f"{self.schema}.outbox", f"{self.schema}.{_name(day)}"
        await session.execute(f"CREATE TABLE {partition} (LIKE {table} INCLUDING ALL EXCLUDING INDEXES)")
        await session.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {partition} "
            f"FOR VALUES FROM ('{day} 00:00+00') TO ('{day + timedelta(days=1)} 00:00+00')"
        )

    def _event(self, row: Any) -> CloudEvent:
        sequence = f"{row['xid']:0>20}-{row['id']:020d}"
        key = str(row["key"])
        traceparent, data = _parted(row["payload"])
        return CloudEvent(
            id=sequence,
            source=source_of(self.schema),
            type=row["type"],
            subject=key,
            time=row["made_at"].isoformat(),
            partitionkey=key,
            sequence=sequence,
            data=msgspec.Raw(data.encode()),
            traceparent=traceparent,
        )


def _parted(payload: str) -> tuple[str, str]:
    """Traceparent and data: what does not begin with a brace begins with the former."""
    if payload.startswith("{"):
        return "", payload
    traceparent, _, data = payload.partition(" ")
    return traceparent, data


def _name(day: date) -> str:
    return f"outbox_{day:%Y_%m_%d}"
