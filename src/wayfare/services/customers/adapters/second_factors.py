"""Second factors in PostgreSQL: the secret under the person's key, each attempt under a lock."""

from __future__ import annotations

from uuid import UUID

import msgspec

from wayfare.contracts.customers import events
from wayfare.infrastructure.database import Database, Row, Session
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters import sql_second_factor as statements
from wayfare.services.customers.adapters.person_vault import PersonVault
from wayfare.services.customers.adapters.revocations import WatchedRevocations
from wayfare.services.customers.adapters.session_table import SessionTable
from wayfare.services.customers.domain.customer import email_key
from wayfare.services.customers.domain.second_factor import Judgement, SecondFactor, judge


class PostgresSecondFactors:
    """Implements the port `SecondFactors`. What is changed goes into the outbox with it."""

    def __init__(
        self,
        database: Database,
        table: SessionTable,
        vault: PersonVault,
        revocations: WatchedRevocations,
        outbox: Outbox,
        clock: Clock,
    ) -> None:
        self._database, self._vault, self._revocations, self._clock = database, vault, revocations, clock
        self._table, self._outbox = table, outbox

    async def find(self, customer_id: UUID) -> SecondFactor | None:
        row = await self._database.fetchrow(statements.FIND, customer_id)
        return None if row is None else self._factor(customer_id, row)

    async def begin(self, customer_id: UUID, secret: str) -> bool:
        async with self._database.transaction() as session:
            await session.fetchval(sql.LOCK_CUSTOMER, customer_id)
            wrapped = await session.fetchval(sql.FIND_PERSON_KEY, customer_id)
            if wrapped is None:
                return False
            sealed = self._vault.open(customer_id, wrapped).seal_second_factor(secret)
            if await session.fetchval(statements.BEGIN, customer_id, sealed) is None:
                return False
            asked = events.CustomerSecondFactorAsked(customer_id=customer_id, correlation_id=correlation_id.get())
            await self._outbox.write(session, [asked])
        return True

    async def attempt(self, customer_id: UUID, code: str) -> Judgement | None:
        async with self._database.transaction() as session:
            found = await self._locked(session, customer_id)
            if found is None or not found.confirmed:
                return None
            judgement, kept = judge(found, code, self._clock.now_s())
            await self._keep(session, customer_id, kept)
        return judgement

    async def confirm(
        self, customer_id: UUID, session_id: UUID, code: str, recovery: tuple[bytes, ...]
    ) -> Judgement | None:
        async with self._database.transaction() as session:
            found = await self._locked(session, customer_id)
            if found is None or found.confirmed:
                return None
            judgement, kept = judge(found, code, self._clock.now_s())
            if judgement == "right":
                kept = msgspec.structs.replace(kept, confirmed=True, recovery=recovery)
                await self._write_letter(session, customer_id)
                has = events.CustomerSecondFactorConfirmed(customer_id=customer_id, correlation_id=correlation_id.get())
                await self._outbox.write(session, [has])
            await self._keep(session, customer_id, kept)
            if judgement == "right":
                await self._table.mark(session, customer_id, session_id)
        return judgement

    async def remove(self, customer_id: UUID, *, by: events.Doer) -> bool:
        async with self._database.transaction() as session:
            await session.fetchval(sql.LOCK_CUSTOMER, customer_id)
            gone = await session.fetchval(statements.REMOVE, customer_id)
            ended = [] if gone is None else await self._table.end_all(session, customer_id)
            if gone is not None:
                await self._write_letter(session, customer_id)
                removed = events.CustomerSecondFactorRemoved(
                    customer_id=customer_id,
                    by=by,
                    correlation_id=correlation_id.get(),
                    devices_ended=len(ended),
                )
                await self._outbox.write(session, [removed])
        self._revocations.note_all(ended)
        return gone is not None

    async def _locked(self, session: Session, customer_id: UUID) -> SecondFactor | None:
        row = await session.fetchrow(statements.LOCK, customer_id)
        return None if row is None else self._factor(customer_id, row)

    async def _keep(self, session: Session, customer_id: UUID, kept: SecondFactor) -> None:
        await session.execute(
            statements.KEEP,
            customer_id,
            kept.confirmed,
            kept.last_step,
            list(kept.recovery),
            kept.wrong,
            kept.closed_until_s,
        )

    async def _write_letter(self, session: Session, customer_id: UUID) -> None:
        email, now_s = await session.fetchval(statements.FIND_EMAIL, customer_id), self._clock.now_s()
        if email:
            await session.execute(sql.INSERT_LETTER, uuid7(), "second_factor", email_key(email), email, None, now_s)

    def _factor(self, customer_id: UUID, row: Row) -> SecondFactor:
        secret = self._vault.open(customer_id, row["wrapped"]).open_second_factor(row["sealed"])
        return SecondFactor(
            secret, row["confirmed"], row["last_step"], tuple(row["recovery"]), row["wrong"], row["closed_until_s"]
        )
