"""Access tokens of both kinds: those that are issued here, and those of an OIDC issuer that logs people in."""

from __future__ import annotations

from wayfare.contracts.customers.api import Identity
from wayfare.kernel.errors import Unauthenticated
from wayfare.kernel.time import Clock
from wayfare.services.customers.application.ports import IssuerAccounts, IssuerTokens, TokenReader
from wayfare.services.customers.domain.second_factor import without_staff

REMEMBERED_MAX = 20_000
REMEMBERED_S = 300
"""Then a token is looked at anew: shorter than processes remember a revocation, so that its end is never missed."""


class LogInByIssuer:
    """Whoever comes with a token of the issuer: an account is made for them the first time."""

    def __init__(
        self, tokens: IssuerTokens, accounts: IssuerAccounts, clock: Clock, *, staff_second_factor: bool
    ) -> None:
        self._tokens, self._accounts, self._clock = tokens, accounts, clock
        self._staff_second_factor = staff_second_factor
        self._remembered: dict[str, tuple[Identity, int]] = {}

    def is_for(self, token: str) -> bool:
        """Whether the issuer is the one to ask about it."""
        return token in self._remembered or self._tokens.claims_to_be(token)

    async def read(self, token: str) -> Identity:
        """Raises Unauthenticated, Unavailable."""
        now_s = self._clock.now_s()
        identity, until_s = self._remembered.get(token, (None, 0))
        if identity is None or until_s <= now_s:
            self._remembered.pop(token, None)
            identity = await self._arrive(token)
            if len(self._remembered) >= REMEMBERED_MAX:
                self._remembered.clear()
            self._remembered[token] = (identity, now_s + REMEMBERED_S)
        if identity.expires_s <= now_s:
            self._remembered.pop(token, None)
            raise Unauthenticated("the access token has expired")
        return identity

    async def _arrive(self, token: str) -> Identity:
        arrival = await self._tokens.verify(token)
        arrived = await self._accounts.arrive(arrival)
        grants = tuple(dict.fromkeys((*arrived.grants, *arrival.grants)))
        if self._staff_second_factor and not arrival.second_factor:
            grants = without_staff(grants)
        return Identity(arrived.customer_id, arrival.session_id, grants, arrival.expires_s)


class ReadTokens:
    """Implements `TokenReader` for every token that is accepted."""

    def __init__(self, ours: TokenReader, issuer: LogInByIssuer | None) -> None:
        self._ours, self._issuer = ours, issuer

    async def read(self, token: str) -> Identity:
        if self._issuer is not None and self._issuer.is_for(token):
            return await self._issuer.read(token)
        return await self._ours.read(token)
