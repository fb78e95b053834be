"""The contract BookingsApi, in this process."""

from __future__ import annotations

from dataclasses import dataclass

from wayfare.contracts.bookings.api import BookingsPage, FindTimeline, ListBookings, ListOwned, OwnedPage, Timeline
from wayfare.services.bookings.application.read_booking import ReadBooking
from wayfare.services.bookings.application.show_timeline import ShowTimeline


@dataclass(frozen=True)
class Bookings:
    """Implements `BookingsApi`; what each method raises stands there."""

    read: ReadBooking
    timeline: ShowTimeline

    async def list_bookings(self, message: ListBookings) -> BookingsPage:
        return await self.read.list_bookings(message)

    async def list_owned(self, message: ListOwned) -> OwnedPage:
        return await self.read.list_owned(message)

    async def show_timeline(self, message: FindTimeline) -> Timeline:
        return await self.timeline(message)
