"""The holds that this process placed, for as long as they wait for their booking.

Most bookings come to the process that placed their hold. What it remembers may be out of date, when another process
released the hold or confirmed it: confirming it is what decides.
"""

from __future__ import annotations

from uuid import UUID

from wayfare.contracts.inventory.api import Hold
from wayfare.kernel.time import Clock

REMEMBERED_MAX = 20_000


class PlacedHolds:
    def __init__(self, clock: Clock, size_max: int = REMEMBERED_MAX) -> None:
        self._clock, self._size_max = clock, size_max
        self._waiting: dict[UUID, Hold] = {}

    def keep(self, hold: Hold) -> None:
        self._waiting[hold.hold_id] = hold
        if len(self._waiting) > self._size_max:
            del self._waiting[next(iter(self._waiting))]  # the oldest

    def find(self, hold_id: UUID) -> Hold | None:
        """None also when its time is over."""
        hold = self._waiting.get(hold_id)
        return None if hold is None or hold.expires_s <= self._clock.now_s() else hold

    def drop(self, hold_id: UUID) -> None:
        self._waiting.pop(hold_id, None)
