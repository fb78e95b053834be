"""Accounts as an administrator makes and limits them; only the command line does so."""

from __future__ import annotations

from uuid import UUID

from wayfare.contracts.customers.roles import ROLES, SCOPED, Grant
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.services.customers.application.ports import Accounts, SecondFactors
from wayfare.services.customers.application.register import NewCustomer, RegisterCustomer
from wayfare.services.customers.application.second_factor import ResetSecondFactor
from wayfare.services.customers.domain.customer import Customer


def check_grant(grant: Grant) -> None:
    """Raises `ValidationFailed` for an unknown role, or an operator where none belongs or one is missing."""
    if grant.role not in ROLES:
        raise ValidationFailed.of("role", f"{grant.role!r} is none of {', '.join(ROLES)}")
    if (grant.role in SCOPED) != bool(grant.operator):
        wanted = "an operator" if grant.role in SCOPED else "no operator"
        raise ValidationFailed.of("operator", f"the role {grant.role} is granted for {wanted}")


class ManageUsers:
    """Each change answers whose account it was."""

    def __init__(self, accounts: Accounts, factors: SecondFactors, register: RegisterCustomer) -> None:
        self._accounts, self._register = accounts, register
        self._reset_second_factor = ResetSecondFactor(factors)

    async def create(self, new: NewCustomer, grant: Grant) -> UUID:
        """An account whose address counts as confirmed. Raises ValidationFailed."""
        check_grant(grant)
        created = await self._accounts.create(await self._register.checked(new), (grant,))
        if created is None:
            raise ValidationFailed.of("email", "there is an account with this address")
        return created

    async def grant(self, email: str, grant: Grant) -> UUID:
        """Counts when the account's tokens are next renewed. Raises ValidationFailed, NotFound."""
        check_grant(grant)
        customer_id = (await self._get(email)).customer_id
        await self._accounts.grant(customer_id, grant)
        return customer_id

    async def revoke(self, email: str, grant: Grant) -> UUID:
        """At once: every device of the account is signed out. Raises NotFound."""
        customer_id = (await self._get(email)).customer_id
        if not await self._accounts.revoke_grant(customer_id, grant):
            raise NotFound(f"{email} has no role {grant.role}{f' for {grant.operator}' if grant.operator else ''}")
        return customer_id

    async def set_disabled(self, email: str, *, disabled: bool) -> UUID:
        """At once: a disabled account is signed out everywhere and cannot log in. Raises NotFound."""
        customer_id = (await self._get(email)).customer_id
        await self._accounts.set_disabled(customer_id, disabled=disabled)
        return customer_id

    async def reset_second_factor(self, email: str) -> UUID:
        """At once: the account is signed out everywhere and may enrol another one. Raises NotFound."""
        customer_id = (await self._get(email)).customer_id
        await self._reset_second_factor(customer_id)
        return customer_id

    async def show(self, email: str) -> Customer:
        """Raises NotFound."""
        return await self._get(email)

    async def _get(self, name: str) -> Customer:
        """By address or by id: an account that came by an issuer may have no address."""
        try:
            found = await self._accounts.find_customer(UUID(name))
        except ValueError:
            found = await self._accounts.find_by_email(name)
        if found is None:
            raise NotFound(f"there is no account {name}")
        return found
