"""Consents in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from wayfare.contracts.customers.events import CustomerConsentGiven, CustomerConsentWithdrawn
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.domain.consents import CONSENTS_MAX, Consent, ConsentKind, standing


class PostgresConsents:
    """Implements the port `Consents`. The lock on the account keeps a deletion from coming between."""

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._database, self._outbox, self._clock = database, outbox, clock

    async def list_of(self, customer_id: UUID) -> Sequence[Consent]:
        async with self._database.acquire() as session:
            return await _listed(session, customer_id)

    async def give(self, customer_id: UUID, kind: ConsentKind, version: str) -> Consent | Literal["gone", "full"]:
        async with self._database.transaction() as session:
            if await session.fetchval(sql.LOCK_CUSTOMER, customer_id) is None:
                return "gone"
            known = await _listed(session, customer_id)
            holds = standing(known, kind)
            if holds is not None and holds.version == version:
                return holds
            if len(known) >= CONSENTS_MAX:
                return "full"
            given = Consent(uuid7(), kind, version, self._clock.now_s(), None)
            await session.execute(sql.INSERT_CONSENT, given.consent_id, customer_id, kind, version, given.given_s)
            event = CustomerConsentGiven(
                customer_id=customer_id, kind=kind, version=version, correlation_id=correlation_id.get()
            )
            await self._outbox.write(session, [event])
        return given

    async def withdraw(self, customer_id: UUID, kind: ConsentKind) -> bool:
        async with self._database.transaction() as session:
            await session.fetchval(sql.LOCK_CUSTOMER, customer_id)
            holds = standing(await _listed(session, customer_id), kind)
            if holds is None:
                return False
            await session.execute(sql.WITHDRAW_CONSENT, holds.consent_id, self._clock.now_s())
            event = CustomerConsentWithdrawn(
                customer_id=customer_id, kind=kind, version=holds.version, correlation_id=correlation_id.get()
            )
            await self._outbox.write(session, [event])
        return True


async def _listed(session: Session, customer_id: UUID) -> Sequence[Consent]:
    return [Consent(*row) for row in await session.fetch(sql.LIST_CONSENTS, customer_id)]
