"""Accounts, registrations, resets and roles in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from wayfare.contracts.customers.roles import Grant
from wayfare.infrastructure.database import Database, Row, Session
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters.person_vault import PersonVault
from wayfare.services.customers.adapters.revocations import WatchedRevocations
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
    """Implements the port `Accounts`."""

    def __init__(self, database: Database, vault: PersonVault, revocations: WatchedRevocations, clock: Clock) -> None:
        self._database, self._vault, self._revocations, self._clock = database, vault, revocations, clock

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
            return None if row is None else await self._create(session, Registration(*row), FIRST_GRANTS)

    async def create(self, registration: Registration, grants: Sequence[Grant]) -> UUID | None:
        async with self._database.transaction() as session:
            return await self._create(session, registration, grants)

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
            ended = await self._set_password(session, customer_id, password_hash, keep)
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
            ended = await self._set_password(session, customer_id, password_hash, None)
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
            return self._customer(await session.fetchrow(sql.FIND_CUSTOMER, customer_id))

    async def grant(self, customer_id: UUID, grant: Grant) -> None:
        await self._database.execute(sql.INSERT_GRANT, customer_id, grant.role, grant.operator)

    async def revoke_grant(self, customer_id: UUID, grant: Grant) -> bool:
        async with self._database.transaction() as session:
            await session.fetchval(sql.LOCK_CUSTOMER, customer_id)
            gone = await session.fetchval(sql.DELETE_GRANT, customer_id, grant.role, grant.operator)
            ended = [] if gone is None else await session.fetch(sql.END_OTHER_SESSIONS, customer_id, None)
        self._revocations.note_all(ended)
        return gone is not None

    async def set_disabled(self, customer_id: UUID, *, disabled: bool) -> None:
        async with self._database.transaction() as session:
            await session.execute(sql.SET_DISABLED, customer_id, disabled)
            ended = await session.fetch(sql.END_OTHER_SESSIONS, customer_id, None) if disabled else []
        self._revocations.note_all(ended)

    async def delete(self, customer_id: UUID) -> None:
        async with self._database.transaction() as session:
            await session.fetchval(sql.LOCK_CUSTOMER, customer_id)
            await session.execute(sql.DELETE_CUSTOMER, customer_id)
            ended = await session.fetch(sql.END_OTHER_SESSIONS, customer_id, None)
        self._revocations.note_all(ended)

    async def _create(self, session: Session, registration: Registration, grants: Sequence[Grant]) -> UUID | None:
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
            for grant in grants:
                await session.execute(sql.INSERT_GRANT, customer_id, grant.role, grant.operator)
        return customer_id

    async def _set_password(
        self, session: Session, customer_id: UUID, password_hash: str, keep: UUID | None
    ) -> Sequence[Row]:
        """The sessions that ended."""
        email = await session.fetchval(sql.SET_PASSWORD, customer_id, password_hash)
        await session.execute(sql.FORGET_RESETS, customer_id)
        ended = await session.fetch(sql.END_OTHER_SESSIONS, customer_id, keep)
        if email is not None:
            await self._write_letter(session, "changed", email, None)
        return ended

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
