"""The people somebody travels with, kept for the next booking."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wayfare.contracts.customers.api import Identity
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.kernel.time import Clock, utc
from wayfare.services.customers.application.ports import Travellers
from wayfare.services.customers.domain.customer import TRAVELLERS_MAX, Traveller, TravellerFacts, check_traveller


class KeepTravellers:
    """Each method works on the travellers of who asks; those of others are not found."""

    def __init__(self, travellers: Travellers, clock: Clock) -> None:
        self._travellers, self._clock = travellers, clock

    async def list_all(self, identity: Identity) -> Sequence[Traveller]:
        return await self._travellers.list_of(identity.customer_id)

    async def get(self, identity: Identity, traveller_id: UUID) -> Traveller:
        """Raises NotFound."""
        found = await self._travellers.find(identity.customer_id, traveller_id)
        if found is None:
            raise _unknown()
        return found

    async def add(self, identity: Identity, facts: TravellerFacts) -> Traveller:
        """Raises ValidationFailed."""
        self._check(facts)
        added = await self._travellers.add(identity.customer_id, facts)
        if added is None:
            raise ValidationFailed(f"{TRAVELLERS_MAX} travellers can be kept at most")
        return added

    async def replace(self, identity: Identity, traveller_id: UUID, facts: TravellerFacts) -> Traveller:
        """Raises ValidationFailed, NotFound."""
        self._check(facts)
        traveller = Traveller(traveller_id, facts)
        if not await self._travellers.replace(identity.customer_id, traveller):
            raise _unknown()
        return traveller

    async def remove(self, identity: Identity, traveller_id: UUID) -> None:
        """Raises NotFound."""
        if not await self._travellers.remove(identity.customer_id, traveller_id):
            raise _unknown()

    def _check(self, facts: TravellerFacts) -> None:
        check_traveller(facts, utc(self._clock.now_s()).date())


def _unknown() -> NotFound:
    return NotFound("there is no such traveller")
