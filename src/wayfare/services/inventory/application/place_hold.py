"""Place a hold: choose units on pictures, let the database decide, choose again when somebody was faster."""

from __future__ import annotations

import time
from collections.abc import Sequence

from wayfare.contracts.inventory.api import Hold, PlaceHold
from wayfare.kernel.errors import IdempotencyConflict, SoldOut, Unavailable, UnitsTaken
from wayfare.kernel.ids import departure_day, derived_hold_id, new_hold_id
from wayfare.kernel.time import Clock
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.application.expire_holds import ExpireHolds
from wayfare.services.inventory.application.keep_partitions import KeepPartitions
from wayfare.services.inventory.application.pictures import Pictures
from wayfare.services.inventory.application.ports import HoldStore
from wayfare.services.inventory.application.seat_party import LegWanted, check_request, seat, wish_of
from wayfare.services.inventory.application.show_hold import show_hold
from wayfare.services.inventory.domain.claims import Claim
from wayfare.services.inventory.domain.errors import UnitLost
from wayfare.services.inventory.domain.holds import HoldRecord, NewHold, State
from wayfare.services.inventory.domain.picture import Picture

ROUNDS_MAX = 32
PICTURE_AGE_S = 30.0
"""For choosing, an old picture will do: who loses a unit to another process looks again."""


class PlaceHolds:
    def __init__(
        self,
        *,
        departures: Departures,
        pictures: Pictures,
        store: HoldStore,
        expire: ExpireHolds,
        partitions: KeepPartitions,
        clock: Clock,
        worker_no: int,
        hold_ttl_s: int,
    ) -> None:
        self._departures = departures
        self._pictures = pictures
        self._store = store
        self._expire = expire
        self._partitions = partitions
        self._clock = clock
        self._from_top = worker_no % 2 == 1
        self._ttl_s = hold_ttl_s
        self.placed = 0
        self.replanned = 0

    async def __call__(self, message: PlaceHold) -> Hold:
        """Raises SoldOut, UnitsTaken, ValidationFailed, NotFound, IdempotencyConflict, DepartureClosed,
        Unavailable."""
        ...
