"""Ask for an account, and confirm the address it is for.

Whether an address has an account already is never told to who asks, only to the address itself: the request does the
same work and gives the same answer either way. Nothing counts before the address is confirmed, so that nobody can sit
on somebody else's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container

import msgspec

from wayfare.kernel.errors import LinkInvalid
from wayfare.kernel.people import check_email, check_name
from wayfare.services.customers.application.ports import Accounts, Passwords
from wayfare.services.customers.domain.customer import Registration
from wayfare.services.customers.domain.passwords import check_password

TOKEN_MAX = 200


class NewCustomer(msgspec.Struct, frozen=True):
    email: str
    password: str
    given_name: str = ""
    family_name: str = ""
    language: str = "en"


def digest(token: str) -> bytes:
    """What is stored of a one-time token. It is 32 random bytes: no salt and no slow hash is needed."""
    return hashlib.sha256(token.encode()).digest()


class RegisterCustomer:
    def __init__(self, accounts: Accounts, passwords: Passwords, refused: Container[str]) -> None:
        self._accounts, self._passwords, self._refused = accounts, passwords, refused

    async def __call__(self, new: NewCustomer) -> None:
        """Raises ValidationFailed, Unavailable."""
        await self._accounts.add_registration(await self.checked(new))

    async def checked(self, new: NewCustomer) -> Registration:
        """With its password hashed. Raises ValidationFailed, Unavailable."""
        check_email("email", new.email)
        for field, name in (("given_name", new.given_name), ("family_name", new.family_name)):
            if name:
                check_name(field, name)
        check_password("password", new.password, new.email, self._refused)
        hashed = await self._passwords.hash(new.password)
        return Registration(new.email, hashed, new.given_name, new.family_name, new.language)


class VerifyEmail:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def __call__(self, token: str) -> None:
        """Raises LinkInvalid."""
        if await self._accounts.confirm_registration(digest(token)) is None:
            raise LinkInvalid()
