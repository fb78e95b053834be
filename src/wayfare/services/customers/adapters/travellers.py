"""Saved travellers in PostgreSQL, each one encrypted as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wayfare.contracts.customers import events
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.ids import uuid7
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters.changes import changed_fields
from wayfare.services.customers.adapters.person_vault import Person, PersonVault
from wayfare.services.customers.domain.customer import TRAVELLERS_MAX, Traveller, TravellerFacts


class PostgresTravellers:
    """Implements the port `Travellers`. Whoever has no key has no travellers."""

    def __init__(self, database: Database, vault: PersonVault, outbox: Outbox) -> None:
        self._database, self._vault, self._outbox = database, vault, outbox

    async def list_of(self, customer_id: UUID) -> Sequence[Traveller]:
        async with self._database.acquire() as session:
            person = await self._find_person(session, customer_id)
            if person is None:
                return []
            rows = await session.fetch(sql.LIST_TRAVELLERS, customer_id)
        return [_traveller(person, *row) for row in rows]

    async def find(self, customer_id: UUID, traveller_id: UUID) -> Traveller | None:
        async with self._database.acquire() as session:
            person = await self._find_person(session, customer_id)
            row = await session.fetchrow(sql.FIND_TRAVELLER, traveller_id, customer_id)
        return None if person is None or row is None else _traveller(person, *row)

    async def add(self, customer_id: UUID, facts: TravellerFacts) -> Traveller | None:
        traveller = Traveller(uuid7(), facts)
        async with self._database.transaction() as session:
            # The lock lets neither a deletion of the account nor another addition come between.
            await session.fetchval(sql.LOCK_CUSTOMER, customer_id)
            person = await self._find_person(session, customer_id)
            if person is None or await session.fetchval(sql.COUNT_TRAVELLERS, customer_id) >= TRAVELLERS_MAX:
                return None
            sealed = person.seal_traveller(traveller.traveller_id, facts)
            await session.execute(sql.INSERT_TRAVELLER, traveller.traveller_id, customer_id, sealed)
            await self._tell(session, events.CustomerTravellerAdded, customer_id, traveller.traveller_id)
        return traveller

    async def replace(self, customer_id: UUID, traveller: Traveller) -> bool:
        traveller_id = traveller.traveller_id
        async with self._database.transaction() as session:
            await session.fetchval(sql.LOCK_CUSTOMER, customer_id)
            person = await self._find_person(session, customer_id)
            row = await session.fetchrow(sql.FIND_TRAVELLER, traveller_id, customer_id)
            if person is None or row is None:
                return False
            fields = changed_fields(_traveller(person, *row).facts, traveller.facts)
            sealed = person.seal_traveller(traveller_id, traveller.facts)
            await session.execute(sql.UPDATE_TRAVELLER, traveller_id, customer_id, sealed)
            if fields:
                await self._tell(session, events.CustomerTravellerChanged, customer_id, traveller_id, fields=fields)
        return True

    async def remove(self, customer_id: UUID, traveller_id: UUID) -> bool:
        async with self._database.transaction() as session:
            removed = await session.fetchval(sql.DELETE_TRAVELLER, traveller_id, customer_id) is not None
            if removed:
                await self._tell(session, events.CustomerTravellerRemoved, customer_id, traveller_id)
        return removed

    async def _tell(
        self, session: Session, kind: type[events.CustomerEvent], customer_id: UUID, traveller_id: UUID, **facts: Any
    ) -> None:
        told: dict[str, Any] = {"traveller_id": traveller_id, "correlation_id": correlation_id.get(), **facts}
        await self._outbox.write(session, [kind(customer_id=customer_id, **told)])

    async def _find_person(self, session: Session, customer_id: UUID) -> Person | None:
        wrapped = await session.fetchval(sql.FIND_PERSON_KEY, customer_id)
        return None if wrapped is None else self._vault.open(customer_id, wrapped)


def _traveller(person: Person, traveller_id: UUID, sealed: bytes) -> Traveller:
    return Traveller(traveller_id, person.open_traveller(traveller_id, sealed))
