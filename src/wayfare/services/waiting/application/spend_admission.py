"""Count the holds on an admission: it cannot be handed around."""

from __future__ import annotations

from wayfare.contracts.waiting.api import SpendAdmission, Spent
from wayfare.kernel.errors import AdmissionRefused
from wayfare.services.waiting.application.ports import PlaceStore


async def spend_admission(message: SpendAdmission, store: PlaceStore) -> Spent:
    """Raises AdmissionRefused, Unavailable."""
    count = store.take_back if message.back else store.spend
    holds = await count(message.room_id, message.number)
    if holds is None:
        raise AdmissionRefused("the admission has expired or has been used for as many holds as it may")
    return Spent(holds)
