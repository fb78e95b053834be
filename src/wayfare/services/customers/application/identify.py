"""Who holds an access token."""

from __future__ import annotations

from wayfare.contracts.customers.api import Identify, Identity
from wayfare.kernel.errors import Unauthenticated
from wayfare.services.customers.application.ports import Revocations, TokenReader


class IdentifyCustomer:
    """Implements `CustomersApi`."""

    def __init__(self, tokens: TokenReader, revocations: Revocations) -> None:
        self._tokens, self._revocations = tokens, revocations

    async def identify(self, message: Identify) -> Identity:
        identity = await self._tokens.read(message.token)
        if await self._revocations.is_revoked(identity.session_id):
            raise Unauthenticated("the access token was revoked")
        return identity
