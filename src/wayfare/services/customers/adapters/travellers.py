"""Saved travellers in PostgreSQL, each one encrypted as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wayfare.infrastructure.database import Database, Session
from wayfare.kernel.ids import uuid7
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters.person_vault import Person, PersonVault
from wayfare.services.customers.domain.customer import TRAVELLERS_MAX, Traveller, TravellerFacts


class PostgresTravellers:
    """Implements the port `Travellers`. Whoever has no key has no travellers."""

    def __init__(self, database: Database, vault: PersonVault) -> None:
        self._database, self._vault = database, vault

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
        return traveller

    async def replace(self, customer_id: UUID, traveller: Traveller) -> bool:
        async with self._database.acquire() as session:
            person = await self._find_person(session, customer_id)
            if person is None:
                return False
            sealed = person.seal_traveller(traveller.traveller_id, traveller.facts)
            changed = await session.fetchval(sql.UPDATE_TRAVELLER, traveller.traveller_id, customer_id, sealed)
        return changed is not None

    async def remove(self, customer_id: UUID, traveller_id: UUID) -> bool:
        return await self._database.fetchval(sql.DELETE_TRAVELLER, traveller_id, customer_id) is not None

    async def _find_person(self, session: Session, customer_id: UUID) -> Person | None:
        wrapped = await session.fetchval(sql.FIND_PERSON_KEY, customer_id)
        return None if wrapped is None else self._vault.open(customer_id, wrapped)


def _traveller(person: Person, traveller_id: UUID, sealed: bytes) -> Traveller:
    return Traveller(traveller_id, person.open_traveller(traveller_id, sealed))
