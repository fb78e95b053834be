"""The log in PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.locks import lock_key
from wayfare.kernel.signing_key import SigningKey
from wayfare.services.audit.adapters import sql
from wayfare.services.audit.adapters.person_keys import PersonKeys, seal, unseal
from wayfare.services.audit.adapters.records import checkpoint_of, entry_of
from wayfare.services.audit.application.ports import Followed, Found, Query
from wayfare.services.audit.domain import checkpoint as checkpoints
from wayfare.services.audit.domain.checkpoint import Checkpoint
from wayfare.services.audit.domain.entry import GENESIS, Draft, Entry, chained
from wayfare.services.audit.domain.from_events import us_of

LOCK = lock_key("audit.log")
PAGE = 2_000


class PostgresLog:
    """Implements the port `Log`. Every write holds one lock until its commit, so the chain has one end."""

    def __init__(self, database: Database, persons: PersonKeys) -> None:
        self._database, self._persons = database, persons

    async def append(self, drafts: Sequence[Draft], followed: Followed | None = None) -> tuple[int, int] | None:
        async with self._database.transaction() as session:
            await session.execute(sql.LOCK, LOCK)
            if followed is not None:
                position = await session.fetchval(sql.POSITION, followed.service)
                if (position or "") != followed.after:
                    return None
                await session.execute(sql.SET_POSITION, followed.service, followed.to)
                drafts = await _with_origins(session, drafts)
            entries = await self._chain(session, drafts)
            await _insert(session, entries)
        return entries[0].seq, entries[-1].seq

    async def position(self, service: str) -> str:
        return await self._database.fetchval(sql.POSITION, service) or ""

    async def add_checkpoint(self, key: SigningKey) -> Checkpoint | None:
        async with self._database.transaction() as session:
            await session.execute(sql.LOCK, LOCK)
            row = await session.fetchrow(sql.LAST)
            before = await session.fetchrow(sql.LAST_CHECKPOINT)
            last = None if before is None else checkpoint_of(before)
            if row is None or (last is not None and last.seq == row["seq"]):
                return None
            made = checkpoints.sign(last, _now_us(), row["seq"], row["hash"], key)
            await session.execute(sql.ADD_CHECKPOINT, *msgspec.structs.astuple(made))
        return made

    async def forget(self, person: str) -> bool:
        async with self._database.transaction() as session:
            await session.execute(sql.LOCK, LOCK)  # nobody seals with the key meanwhile
            return await session.fetchval(sql.FORGET, person) is not None

    async def search(self, query: Query) -> Sequence[Found]:
        statement, arguments = _search(query)
        async with self._database.acquire() as session:
            entries = [entry_of(row) for row in await session.fetch(statement, *arguments)]
            sealed = {entry.person for entry in entries if entry.person and entry.sealed}
            keys = await self._persons.find(session, sealed)
        return [Found(entry, _opened(entry, keys)) for entry in entries]

    @asynccontextmanager
    async def read(self) -> AsyncIterator[PostgresReader]:
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as session:
            # Who reads an export slowly keeps the transaction open.
            await session.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield PostgresReader(session)

    async def _chain(self, session: Session, drafts: Sequence[Draft]) -> list[Entry]:
        keys = await self._persons.provide(session, {d.person for d in drafts if d.person and d.personal})
        last = await session.fetchrow(sql.LAST)
        seq, noted_us, previous = (0, 0, GENESIS) if last is None else (last[0], us_of(last[1]), last[2])
        noted_us = max(noted_us, _now_us())
        entries = []
        for draft in drafts:
            key = keys.get(draft.person or "")
            sealed = seal(key, draft.personal, draft.person or "") if key and draft.personal else None
            seq += 1
            entries.append(chained(draft, seq, noted_us, sealed, previous))
            previous = entries[-1].hash
        return entries


class PostgresReader:
    """Implements the port `LogReader` in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def checkpoints(self) -> AsyncIterator[Checkpoint]:
        async for row in self._rows("checkpoints", sql.CHECKPOINTS):
            yield checkpoint_of(row)

    async def entries(self) -> AsyncIterator[Entry]:
        async for row in self._rows("entries", sql.ENTRIES):
            yield entry_of(row)

    async def unguarded(self) -> Sequence[str]:
        return [row[0] for row in await self._session.fetch(sql.UNGUARDED, sql.GUARD_BODY)]

    async def _rows(self, name: str, query: str) -> AsyncIterator[Any]:
        await self._session.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {query}")
        while page := await self._session.fetch(f"FETCH {PAGE} FROM {name}"):
            for row in page:
                yield row


async def _with_origins(session: Session, drafts: Sequence[Draft]) -> Sequence[Draft]:
    """Where a guest's request came from, as far as it was noted."""
    wanted = sorted({draft.correlation_id for draft in drafts if draft.person and draft.correlation_id})
    rows = await session.fetch(sql.FIND_ORIGINS, wanted) if wanted else []
    found = {row["correlation_id"]: {"addresses": row["addresses"]} for row in rows}
    return [
        msgspec.structs.replace(draft, personal=found[draft.correlation_id])
        if draft.person and draft.correlation_id in found
        else draft
        for draft in drafts
    ]


async def _insert(session: Session, entries: Sequence[Entry]) -> None:
    await session.execute(
        sql.APPEND,
        [entry.seq for entry in entries],
        [entry.noted_us for entry in entries],
        [entry.at_us for entry in entries],
        [entry.actor for entry in entries],
        [entry.action for entry in entries],
        [entry.object for entry in entries],
        [entry.correlation_id for entry in entries],
        [entry.before for entry in entries],
        [entry.after for entry in entries],
        [entry.person for entry in entries],
        [entry.sealed for entry in entries],
        [entry.previous for entry in entries],
        [entry.hash for entry in entries],
        [" ".join(entry.words) for entry in entries],
    )


def _search(query: Query) -> tuple[str, list[Any]]:
    """Only the conditions that are asked for: a plan for those alone."""
    instant = "'epoch'::timestamptz + ${n}::bigint * interval '1 microsecond'"
    wanted: list[tuple[str, Any]] = [
        ("actor = ${n}", query.actor),
        ("object = ${n}", query.object),
        ("action = ${n}", query.action),
        ("words @> ARRAY[${n}::text]", query.correlation_id and query.correlation_id.lower()),
        ("correlation_id = ${n}", query.correlation_id),
        ("words @> ${n}::text[]", list(query.words) or None),
        # What happened since then was noted since then: months before it need no look.
        (f"at >= {instant} AND noted_at >= {instant}", query.since_us),
        (f"at < {instant}", query.until_us),
        ("seq < ${n}", query.before_seq),
    ]
    given = [(condition, value) for condition, value in wanted if value is not None]
    conditions = [condition.replace("{n}", str(number)) for number, (condition, _) in enumerate(given, 1)]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"{sql.SEARCH}{where} ORDER BY seq DESC LIMIT {query.limit:d}", [value for _, value in given]


def _opened(entry: Entry, keys: Mapping[str, Any]) -> dict[str, Any] | None:
    if entry.sealed is None or entry.person is None:
        return {}
    key = keys.get(entry.person)
    return None if key is None else unseal(key, entry.sealed, entry.person)


def _now_us() -> int:
    return time.time_ns() // 1_000
