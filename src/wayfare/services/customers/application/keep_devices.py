"""The devices somebody is signed in on, and signing one of them out."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wayfare.contracts.customers.api import Identity
from wayfare.kernel.errors import NotFound
from wayfare.services.customers.application.ports import Sessions
from wayfare.services.customers.domain.customer import Session


class KeepDevices:
    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def list_all(self, identity: Identity) -> Sequence[Session]:
        """The one used last comes first."""
        return await self._sessions.list_of(identity.customer_id)

    async def end(self, identity: Identity, session_id: UUID) -> None:
        """At once. Raises NotFound, also for somebody else's device."""
        if not await self._sessions.end(session_id, identity.customer_id):
            raise NotFound("there is no such device")
