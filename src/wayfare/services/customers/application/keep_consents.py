"""Agree to something, take it back, and see what was agreed to when."""

from __future__ import annotations

from collections.abc import Sequence

from wayfare.contracts.customers.api import Identity
from wayfare.kernel.errors import NotFound, Unauthenticated, ValidationFailed
from wayfare.services.customers.application.ports import Consents
from wayfare.services.customers.domain.consents import CONSENTS_MAX, Consent, ConsentKind


class KeepConsents:
    """Each method works on the consents of who asks."""

    def __init__(self, consents: Consents) -> None:
        self._consents = consents

    async def list_all(self, identity: Identity) -> Sequence[Consent]:
        """The newest first, those that were withdrawn or replaced among them."""
        return await self._consents.list_of(identity.customer_id)

    async def give(self, identity: Identity, kind: ConsentKind, version: str) -> Consent:
        """Agree to a version; one that holds already stays as it is. Raises ValidationFailed, Unauthenticated."""
        given = await self._consents.give(identity.customer_id, kind, version)
        if given == "gone":
            raise Unauthenticated()
        if given == "full":
            raise ValidationFailed(f"{CONSENTS_MAX} consents can be kept at most")
        return given

    async def withdraw(self, identity: Identity, kind: ConsentKind) -> None:
        """At once. Raises NotFound when nothing of this kind holds."""
        if not await self._consents.withdraw(identity.customer_id, kind):
            raise NotFound("there is no such consent")
