"""Change a password with the old one, or reset it by a link that works once, for half an hour."""

from __future__ import annotations

from collections.abc import Container

from wayfare.contracts.customers.api import Identity
from wayfare.kernel.errors import Forbidden, LinkInvalid, Unauthenticated
from wayfare.kernel.people import check_email
from wayfare.services.customers.application.ports import Accounts, LogInTries, Passwords, Sessions
from wayfare.services.customers.application.register import digest
from wayfare.services.customers.domain.customer import Credentials
from wayfare.services.customers.domain.passwords import check_password

RECENT_S = 600


class ConfirmPassword:
    """Somebody who is signed in proves once more who they are."""

    def __init__(self, accounts: Accounts, passwords: Passwords, sessions: Sessions) -> None:
        self._accounts, self._passwords, self._sessions = accounts, passwords, sessions

    async def __call__(self, identity: Identity, password: str) -> Credentials:
        """Raises Forbidden when it is another password or there is none, Unauthenticated when the account has gone."""
        found = await self._accounts.find_credentials_of(identity.customer_id)
        verified = await self._passwords.verify(password, found.password_hash if found else None)
        if found is None and await self._accounts.find_customer(identity.customer_id) is None:
            raise Unauthenticated()
        if found is None or not verified.right:
            raise Forbidden("the password is not right")
        return found

    async def or_recent(self, identity: Identity, password: str) -> None:
        """Without a password, the issuer must have logged them in within ten minutes. Raises as above."""
        if password:
            await self(identity, password)
        elif not await self._sessions.is_recent(identity.customer_id, identity.session_id, RECENT_S):
            raise Forbidden("give the password, or log in again at the issuer")


class ChangePassword:
    def __init__(
        self, accounts: Accounts, passwords: Passwords, confirm: ConfirmPassword, refused: Container[str]
    ) -> None:
        self._accounts, self._passwords, self._confirm, self._refused = accounts, passwords, confirm, refused

    async def __call__(self, identity: Identity, current: str, wanted: str) -> None:
        """Ends the other devices. Raises Forbidden, ValidationFailed, Unavailable."""
        found = await self._confirm(identity, current)
        check_password("new_password", wanted, found.email, self._refused)
        hashed = await self._passwords.hash(wanted)
        await self._accounts.set_password(found.customer_id, hashed, keep=identity.session_id)


class ResetPassword:
    """By mail: whether an address has an account is looked up only when the letter is written."""

    def __init__(
        self, accounts: Accounts, passwords: Passwords, refused: Container[str], tries: LogInTries | None = None
    ) -> None:
        self._accounts, self._passwords, self._refused, self._tries = accounts, passwords, refused, tries

    async def ask(self, email: str) -> None:
        """Raises ValidationFailed."""
        check_email("email", email)
        await self._accounts.ask_reset(email)

    async def __call__(self, token: str, wanted: str, address: str) -> None:
        """Ends every device. The link is used up only by a password that is accepted. From `address` they may log in
        then, however often others try.

        Raises LinkInvalid, ValidationFailed, Unavailable.
        """
        email = await self._accounts.find_reset(digest(token))
        if email is None:
            raise LinkInvalid()
        check_password("password", wanted, email, self._refused)
        hashed = await self._passwords.hash(wanted)
        if not await self._accounts.use_reset(digest(token), hashed):
            raise LinkInvalid()
        if self._tries is not None:
            await self._tries.remember(email, address)
