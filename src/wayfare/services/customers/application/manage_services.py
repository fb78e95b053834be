"""Service accounts and their API keys, as an administrator makes and limits them; only the command line does so."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wayfare.contracts.customers.roles import Grant
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock
from wayfare.services.customers.application.manage_users import check_grant
from wayfare.services.customers.application.ports import ServiceAccounts
from wayfare.services.customers.domain.api_key import (
    DAYS_MAX,
    ApiKey,
    Scope,
    ServiceAccount,
    check_name,
    check_scope,
    write_key,
)


class ManageServices:
    """What is changed here counts within two seconds, in every process."""

    def __init__(self, accounts: ServiceAccounts, clock: Clock) -> None:
        self._accounts, self._clock = accounts, clock

    async def create(self, name: str, grant: Grant) -> UUID:
        """Raises ValidationFailed."""
        check_grant(grant)
        created = await self._accounts.create(check_name(name), grant)
        if created is None:
            raise ValidationFailed.of("name", "there is a service account of this name")
        return created

    async def grant(self, name: str, grant: Grant) -> None:
        """Keys that were made before keep their permissions. Raises ValidationFailed, NotFound."""
        check_grant(grant)
        await self._accounts.grant((await self.show(name)).account_id, grant)

    async def revoke(self, name: str, grant: Grant) -> None:
        """Raises NotFound."""
        if not await self._accounts.revoke_grant((await self.show(name)).account_id, grant):
            raise NotFound(f"{name} has no role {grant.role}{f' for {grant.operator}' if grant.operator else ''}")

    async def set_disabled(self, name: str, *, disabled: bool) -> None:
        """None of its keys is accepted while it is disabled. Raises NotFound."""
        await self._accounts.set_disabled((await self.show(name)).account_id, disabled=disabled)

    async def show(self, name: str) -> ServiceAccount:
        """Raises NotFound."""
        found = await self._accounts.find(name)
        if found is None:
            raise NotFound(f"there is no service account {name}")
        return found

    async def create_key(self, name: str, scope: Scope, days: int) -> tuple[UUID, str]:
        """The key's id and its text, which is not kept. Raises ValidationFailed, NotFound."""
        if not 1 <= days <= DAYS_MAX:
            raise ValidationFailed.of("days", f"1 to {DAYS_MAX}")
        account = await self.show(name)
        check_scope(scope, account.grants)
        key_id, now_s = uuid7(), self._clock.now_s()
        text, digest = write_key(key_id)
        await self._accounts.add_key(account.account_id, key_id, digest, scope, now_s, now_s + days * 86_400)
        return key_id, text

    async def list_keys(self, name: str | None) -> Sequence[ApiKey]:
        """Of one account or all, in the order they were made, those that were revoked too."""
        return await self._accounts.list_keys(name)

    async def revoke_key(self, key_id: UUID) -> None:
        """Raises NotFound, also for one that was revoked before."""
        if not await self._accounts.revoke_key(key_id):
            raise NotFound("there is no such key, or it was revoked before")
