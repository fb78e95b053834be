"""Who holds an access token or an API key."""

from __future__ import annotations

from wayfare.contracts.customers.api import KEY_PREFIX, Identify, Identity
from wayfare.kernel.errors import Unauthenticated
from wayfare.services.customers.application.ports import ApiKeys, Revocations, TokenReader


class IdentifyCustomer:
    """Implements `CustomersApi`."""

    def __init__(self, tokens: TokenReader, revocations: Revocations, keys: ApiKeys) -> None:
        self._tokens, self._revocations, self._keys = tokens, revocations, keys

    async def identify(self, message: Identify) -> Identity:
        if message.token.startswith(KEY_PREFIX):
            return await self._keys.read(message.token)
        identity = await self._tokens.read(message.token)
        if await self._revocations.is_revoked(identity.session_id):
            raise Unauthenticated("the access token was revoked")
        return identity
