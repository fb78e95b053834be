"""Put another name on a booking, and on its tickets where there are some."""

from __future__ import annotations

import structlog

from wayfare.kernel.errors import Unavailable
from wayfare.kernel.time import Clock
from wayfare.services.bookings.application.answers import Answers
from wayfare.services.bookings.application.ports import AfterSalesStore, Stored
from wayfare.services.bookings.domain.booking import Booking
from wayfare.services.bookings.domain.names import renamed

log = structlog.get_logger()


class ChangeName:
    def __init__(self, store: AfterSalesStore, answers: Answers, clock: Clock) -> None:
        self._store, self._answers, self._clock = store, answers, clock

    async def __call__(self, booking: Booking, number: int, given_name: str | None, family_name: str | None) -> Stored:
        """`number` counts from 0; a name that is None stays.

        Raises NotFound, ValidationFailed, NameNotChangeable, Unavailable.
        """
        after = renamed(booking, number, given_name, family_name, self._clock.now_s())
        if after is not booking:
            if not await self._store.rename(booking, after, number):
                raise Unavailable("the booking has been changed meanwhile; try again")
            log.info("booking.renamed", booking_id=str(booking.booking_id), passenger=number + 1)
        return self._answers.shown(after)
