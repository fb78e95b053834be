"""The leases of the sagas that this process works on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from wayfare.services.bookings.application.ports import BookingStore

RENEWED_AFTER_S = 0.8
"""Most bookings are done long before: their lease is never renewed."""


class Leases:
    """A lease is short, so that the bookings of a dead process are soon taken over; who lives renews it."""

    def __init__(self, store: BookingStore) -> None:
        self._store = store
        self._since: dict[UUID, float] = {}

    @contextmanager
    def kept(self, hold_id: UUID) -> Iterator[None]:
        """Keep the saga of a hold for as long as the block runs."""
        self._since[hold_id] = time.monotonic()
        try:
            yield
        finally:
            self._since.pop(hold_id, None)

    async def renew(self) -> None:
        """To be called more often than a lease lasts."""
        long_ago = time.monotonic() - RENEWED_AFTER_S
        late = sorted(hold_id for hold_id, since in self._since.items() if since < long_ago)
        if late:
            await self._store.renew(late)
