"""Who holds an access token or an API key."""

from __future__ import annotations

from wayfare.contracts.customers.api import KEY_PREFIX, FindAddress, Identify, Identity, VerifiedAddress
from wayfare.kernel.errors import NotFound, Unauthenticated
from wayfare.services.customers.application.ports import Accounts, ApiKeys, Revocations, TokenReader


class IdentifyCustomer:
    """Implements `CustomersApi`."""

    def __init__(self, tokens: TokenReader, revocations: Revocations, keys: ApiKeys, accounts: Accounts) -> None:
        self._tokens, self._revocations, self._keys, self._accounts = tokens, revocations, keys, accounts

    async def identify(self, message: Identify) -> Identity:
        if message.token.startswith(KEY_PREFIX):
            return await self._keys.read(message.token)
        identity = await self._tokens.read(message.token)
        if await self._revocations.is_revoked(identity.session_id):
            raise Unauthenticated("the access token was revoked")
        return identity

    async def get_address(self, message: FindAddress) -> VerifiedAddress:
        found = await self._accounts.find_customer(message.customer_id)
        if found is None or found.disabled or not found.email:
            raise NotFound("there is no such account")
        return VerifiedAddress(found.email)
