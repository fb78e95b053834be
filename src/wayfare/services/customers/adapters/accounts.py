"""Accounts, registrations, resets and roles in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from wayfare.contracts.customers import events
from wayfare.contracts.customers.roles import Grant
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters.changes import changed_fields
from wayfare.services.customers.adapters.person_vault import PersonVault
from wayfare.services.customers.adapters.revocations import WatchedRevocations
from wayfare.services.customers.adapters.session_table import Ended, SessionTable
from wayfare.services.customers.domain.customer import (
    VERIFY_S,
    Credentials,
    Customer,
    LetterKind,
    ProfileChanges,
    Registration,
    email_key,
)

FIRST_GRANTS = (Grant("customer"),)


class PostgresAccounts:
    """Implements the port `Accounts`. What is done to an account goes into the outbox with it."""

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

    async def add_registration(self, registration: Registration) -> None:
        registration_id = uuid7()
        async with self._database.transaction() as session:
            await session.execute(
                sql.INSERT_REGISTRATION,
                registration_id,
                registration.email,
                registration.password_hash,
                registration.given_name,
                registration.family_name,
                registration.language,
                self._clock.now_s() + VERIFY_S,
            )
            await self._write_letter(session, "verify", registration.email, registration_id)

    async def confirm_registration(self, token: bytes) -> UUID | None:
        async with self._database.transaction() as session:
            row = await session.fetchrow(sql.TAKE_REGISTRATION, token, self._clock.now_s())
            return None if row is None else await self._create(session, Registration(*row), FIRST_GRANTS, "customer")

    async def create(self, registration: Registration, grants: Sequence[Grant]) -> UUID | None:
        async with self._database.transaction() as session:
            return await self._create(session, registration, grants, "operator")

    async def find_credentials(self, email: str) -> Credentials | None:
        row = await self._database.fetchrow(sql.FIND_CREDENTIALS, email_key(email))
        return None if row is None else Credentials(*row)

    async def find_credentials_of(self, customer_id: UUID) -> Credentials | None:
        row = await self._database.fetchrow(sql.FIND_CREDENTIALS_OF, customer_id)
        return None if row is None else Credentials(*row)

    async def find_customer(self, customer_id: UUID) -> Customer | None:
        return self._customer(await self._database.fetchrow(sql.FIND_CUSTOMER, customer_id))

    async def find_by_email(self, email: str) -> Customer | None:
        return self._customer(await self._database.fetchrow(sql.FIND_BY_EMAIL, email_key(email)))

    async def list_grants(self, customer_id: UUID) -> tuple[Grant, ...]:
        rows = await self._database.fetch(sql.LIST_GRANTS, customer_id)
        return tuple(Grant(row["role"], row["operator"]) for row in rows)

    async def improve_hash(self, customer_id: UUID, old_hash: str, password_hash: str) -> None:
        await self._database.execute(sql.IMPROVE_HASH, customer_id, old_hash, password_hash)

    async def set_password(self, customer_id: UUID, password_hash: str, keep: UUID | None) -> None:
        async with self._database.transaction() as session:
            ended = await self._set_password(session, customer_id, password_hash, keep, reset=False)
        self._revocations.note_all(ended)

    async def ask_reset(self, email: str) -> None:
        async with self._database.transaction() as session:
            await self._write_letter(session, "reset", email, None)

    async def find_reset(self, token: bytes) -> str | None:
        found: str | None = await self._database.fetchval(sql.FIND_RESET, token, self._clock.now_s())
        return found

    async def use_reset(self, token: bytes, password_hash: str) -> bool:
        async with self._database.transaction() as session:
            customer_id = await session.fetchval(sql.TAKE_RESET, token, self._clock.now_s())
            if customer_id is None:
                return False
            ended = await self._set_password(session, customer_id, password_hash, None, reset=True)
        self._revocations.note_all(ended)
        return True

    async def change_profile(self, customer_id: UUID, changes: ProfileChanges) -> Customer | None:
        async with self._database.transaction() as session:
            row = await session.fetchrow(sql.FIND_CUSTOMER, customer_id)
            if row is None:
                return None
            person = self._vault.open(customer_id, row["wrapped"])
            phone = changes.phone
            await session.execute(
                sql.UPDATE_PROFILE,
                customer_id,
                _or_none(changes.given_name),
                _or_none(changes.family_name),
                _or_none(changes.language),
                phone is not msgspec.UNSET,
                None if phone is msgspec.UNSET else person.seal_phone(phone),
            )
            before, after = self._customer(row), self._customer(await session.fetchrow(sql.FIND_CUSTOMER, customer_id))
            fields = changed_fields(before, after) if before and after else ()
            if fields:
                await self._tell(session, events.CustomerProfileChanged, customer_id, fields=fields)
            return after

    async def grant(self, customer_id: UUID, grant: Grant) -> None:
        async with self._database.transaction() as session:
            if await session.fetchval(sql.INSERT_GRANT, customer_id, grant.role, grant.operator) is not None:
                facts = {"by": "operator", "role": grant.role, "operator": grant.operator}
                await self._tell(session, events.CustomerRoleGranted, customer_id, **facts)

    async def revoke_grant(self, customer_id: UUID, grant: Grant) -> bool:
        async with self._database.transaction() as session:
            await session.fetchval(sql.LOCK_CUSTOMER, customer_id)
            gone = await session.fetchval(sql.DELETE_GRANT, customer_id, grant.role, grant.operator)
            ended = [] if gone is None else await self._table.end_all(session, customer_id)
            if gone is not None:
                facts = {"by": "operator", "role": grant.role, "operator": grant.operator}
                await self._tell(session, events.CustomerRoleRevoked, customer_id, **facts)
        self._revocations.note_all(ended)
        return gone is not None

    async def set_disabled(self, customer_id: UUID, *, disabled: bool) -> None:
        async with self._database.transaction() as session:
            if await session.fetchval(sql.SET_DISABLED, customer_id, disabled) is not None:
                kind = events.CustomerDisabled if disabled else events.CustomerEnabled
                await self._tell(session, kind, customer_id, by="operator")
            ended = await self._table.end_all(session, customer_id) if disabled else []
        self._revocations.note_all(ended)

    async def delete(self, customer_id: UUID) -> None:
        async with self._database.transaction() as session:
            await session.fetchval(sql.LOCK_CUSTOMER, customer_id)
            if await session.fetchval(sql.DELETE_CUSTOMER, customer_id) is not None:
                await self._tell(session, events.CustomerDeleted, customer_id)
            ended = await self._table.end_all(session, customer_id)
        self._revocations.note_all(ended)

    async def _create(
        self, session: Session, registration: Registration, grants: Sequence[Grant], by: events.Doer
    ) -> UUID | None:
        customer_id: UUID | None = await session.fetchval(
            sql.INSERT_CUSTOMER,
            uuid7(),
            email_key(registration.email),
            registration.email,
            registration.password_hash,
            registration.given_name,
            registration.family_name,
            registration.language,
            self._clock.now_s(),
        )
        if customer_id is not None:
            await session.execute(sql.INSERT_PERSON_KEY, customer_id, self._vault.new_key(customer_id))
            await self._tell(session, events.CustomerRegistered, customer_id, by=by)
            for grant in grants:
                await session.execute(sql.INSERT_GRANT, customer_id, grant.role, grant.operator)
                facts = {"by": by, "role": grant.role, "operator": grant.operator}
                await self._tell(session, events.CustomerRoleGranted, customer_id, **facts)
        return customer_id

    async def _set_password(
        self, session: Session, customer_id: UUID, password_hash: str, keep: UUID | None, *, reset: bool
    ) -> Sequence[Ended]:
        """The sessions that ended."""
        email = await session.fetchval(sql.SET_PASSWORD, customer_id, password_hash)
        await session.execute(sql.FORGET_RESETS, customer_id)
        ended = await self._table.end_all(session, customer_id, keep)
        if email is not None:
            await self._write_letter(session, "changed", email, None)
            facts = {"reset": reset, "devices_ended": len(ended)}
            await self._tell(session, events.CustomerPasswordChanged, customer_id, **facts)
        return ended

    async def _tell(self, session: Session, kind: type[events.CustomerEvent], customer_id: UUID, **facts: Any) -> None:
        event = kind(customer_id=customer_id, correlation_id=correlation_id.get(), **facts)
        await self._outbox.write(session, [event])

    async def _write_letter(self, session: Session, kind: LetterKind, email: str, about: UUID | None) -> None:
        key, now_s = email_key(email), self._clock.now_s()
        await session.execute(sql.INSERT_LETTER, uuid7(), kind, key, email, about, now_s)

    def _customer(self, row: Any) -> Customer | None:
        if row is None:
            return None
        return Customer(
            customer_id=row["customer_id"],
            email=row["email"],
            given_name=row["given_name"],
            family_name=row["family_name"],
            language=row["language"],
            phone=self._vault.open(row["customer_id"], row["wrapped"]).open_phone(row["phone"]),
            created_s=row["created_s"],
            disabled=row["disabled"],
            grants=tuple(Grant(role, operator) for role, operator in row["grants"]),
        )


def _or_none(value: str | msgspec.UnsetType) -> str | None:
    return None if isinstance(value, msgspec.UnsetType) else value
