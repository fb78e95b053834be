"""Go on at once with bookings whose gateway has just told something."""

from __future__ import annotations

from uuid import UUID

from wayfare.contracts.payments.api import ListSettled, PaymentsApi
from wayfare.services.bookings.application.ports import BookingStore

WITHIN_S = 10


class HastenSettled:
    """Asks payments once a second for news; without it a booking waits for its next look-up, up to two minutes."""

    def __init__(self, store: BookingStore, payments: PaymentsApi) -> None:
        self._store, self._payments = store, payments
        self._told: frozenset[UUID] = frozenset()

    async def __call__(self) -> None:
        settled = frozenset((await self._payments.list_settled(ListSettled(WITHIN_S))).booking_ids)
        fresh = settled - self._told
        if fresh:
            await self._store.hasten(sorted(fresh))
        self._told = settled
