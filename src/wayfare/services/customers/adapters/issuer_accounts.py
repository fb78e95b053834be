"""Accounts of people whom an OIDC issuer logs in, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

from wayfare.contracts.customers.events import CustomerRegistered
from wayfare.contracts.customers.roles import Grant
from wayfare.infrastructure.database import Database, Row, Session
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.errors import Unauthenticated
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.adapters import sql_issuer as statements
from wayfare.services.customers.adapters.accounts import FIRST_GRANTS
from wayfare.services.customers.adapters.person_vault import PersonVault
from wayfare.services.customers.adapters.revocations import WatchedRevocations
from wayfare.services.customers.adapters.session_table import NewSession, SessionTable
from wayfare.services.customers.application.ports import Arrived
from wayfare.services.customers.domain.customer import email_key
from wayfare.services.customers.domain.issuer import Arrival, IssuerPolicy, refused

DEVICE_MAX = 100


class PostgresIssuerAccounts:
    """Implements the port `IssuerAccounts`."""

    def __init__(
        self,
        database: Database,
        table: SessionTable,
        vault: PersonVault,
        revocations: WatchedRevocations,
        outbox: Outbox,
        clock: Clock,
        policy: IssuerPolicy | None,
    ) -> None:
        """`policy`: None where no issuer logs in; what was logged in before can still be listed."""
        self._database, self._vault, self._revocations, self._clock = database, vault, revocations, clock
        self._table, self._outbox = table, outbox
        self._link_email = policy is not None and policy.link_email

    async def arrive(self, arrival: Arrival) -> Arrived:
        async with self._database.transaction() as session:
            customer_id = await self._account(session, arrival)
            await self._keep_session(session, customer_id, arrival)
            ended = await self._table.end_quiet(session, customer_id)
            rows = await session.fetch(sql.LIST_GRANTS, customer_id)
        self._revocations.note_all(ended)
        return Arrived(customer_id, tuple(Grant(row["role"], row["operator"]) for row in rows))

    async def list_of(self, customer_id: UUID) -> Sequence[tuple[str, str]]:
        return [tuple(row) for row in await self._database.fetch(statements.FIND_OF_CUSTOMER, customer_id)]

    async def _account(self, session: Session, arrival: Arrival) -> UUID:
        """Theirs, a new one the first time. Raises Unauthenticated for a disabled one."""
        found = await session.fetchrow(statements.FIND, arrival.issuer, arrival.subject)
        if found is None:
            found = await self._linkable(session, arrival)
            wanted = uuid7() if found is None else found["customer_id"]
            linked = await session.fetchval(statements.LINK, arrival.issuer, arrival.subject, wanted)
            if linked is None:  # another request of theirs was first
                found = await session.fetchrow(statements.FIND, arrival.issuer, arrival.subject)
            elif found is None:
                await self._create(session, wanted, arrival)
                return wanted
        if found is None or found["disabled"]:
            raise refused()
        customer_id: UUID = found["customer_id"]
        return customer_id

    async def _linkable(self, session: Session, arrival: Arrival) -> Row | None:
        if not self._link_email or not arrival.email:
            return None
        return await session.fetchrow(statements.FIND_LINKABLE, email_key(arrival.email))

    async def _create(self, session: Session, customer_id: UUID, arrival: Arrival) -> None:
        """With the address when the issuer confirmed it and no account has it; else without one."""
        names, now_s = (arrival.given_name, arrival.family_name), self._clock.now_s()
        key = email_key(arrival.email) if arrival.email else None
        made = await session.fetchval(sql.INSERT_CUSTOMER, customer_id, key, arrival.email, None, *names, "en", now_s)
        if made is None:
            await session.execute(sql.INSERT_CUSTOMER, customer_id, None, "", None, *names, "en", now_s)
        await session.execute(sql.INSERT_PERSON_KEY, customer_id, self._vault.new_key(customer_id))
        registered = CustomerRegistered(customer_id=customer_id, correlation_id=correlation_id.get())
        await self._outbox.write(session, [registered])
        for grant in FIRST_GRANTS:
            await session.execute(sql.INSERT_GRANT, customer_id, grant.role, grant.operator)

    async def _keep_session(self, session: Session, customer_id: UUID, arrival: Arrival) -> None:
        """Raises Unauthenticated when it was ended."""
        arrived = NewSession(
            session_id=arrival.session_id,
            customer_id=customer_id,
            device=(urlsplit(arrival.issuer).hostname or arrival.issuer)[:DEVICE_MAX],
            secret=b"",
            created_s=arrival.logged_in_s,
            used_s=self._clock.now_s(),
            expires_s=arrival.expires_s,
            second_factor=arrival.second_factor,
        )
        if not await self._table.keep(session, arrived):
            raise Unauthenticated("the access token was revoked")
