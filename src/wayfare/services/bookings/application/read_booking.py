"""Show a booking to whoever holds its key, and give guests that key."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wayfare.contracts.bookings.api import BookingsPage, ListBookings, ListOwned, OwnedPage
from wayfare.contracts.payments.api import ListRefunds, PaymentsApi, Refund
from wayfare.kernel.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from wayfare.kernel.ids import is_locator
from wayfare.kernel.time import rfc3339
from wayfare.services.bookings.application.answers import Answers
from wayfare.services.bookings.application.asking import Asking, is_theirs
from wayfare.services.bookings.application.ports import BookingLists, BookingStore, Stored
from wayfare.services.bookings.domain.booking import Booking, Contact
from wayfare.services.bookings.domain.guests import address_key

PAGE_MAX = 10_000
OWNED_MAX = 100
NOBODY = Contact("nobody@example.org")


class ReadBooking:
    def __init__(
        self, store: BookingStore, payments: PaymentsApi, answers: Answers, lists: BookingLists | None = None
    ) -> None:
        """`lists`: None where they are read from the store."""
        self._store, self._payments, self._answers = store, payments, answers
        self._lists = lists or store

    async def by_asking(self, locator: str, asks: Asking) -> Booking:
        """The booking a token is for, or one of who is signed in. Raises Unauthenticated, Forbidden, NotFound.

        The token is looked at first: without one, nothing is told about which bookings exist. NotFound is the same for
        a booking of somebody else and one that does not exist.
        """
        if asks.identity is not None:
            booking = await self.find(locator)
            if booking is None or not is_theirs(booking, asks.identity):
                raise NotFound("there is no such booking")
            return booking
        if asks.token is None:
            raise Unauthenticated()
        booking = await self._store.find_booking(self._answers.open_access(asks.token))
        if booking is None:
            raise NotFound("there is no such booking")
        if booking.locator != locator.upper():
            raise Forbidden("the access token is for another booking")
        return booking

    async def find(self, locator: str) -> Booking | None:
        locator = locator.strip().upper()
        return await self._store.find_by_locator(locator) if is_locator(locator) else None

    async def find_to_show(self, locator: str, reader: UUID) -> Booking | None:
        """For somebody who is signed in and will only look at it: it may be a little old, but for what they wrote."""
        locator = locator.strip().upper()
        return await self._store.find_to_show(locator, reader) if is_locator(locator) else None

    async def show(self, booking: Booking) -> Stored:
        """The booking as it stands, with how far its refunds got; pending while payments cannot be asked."""
        return self._answers.shown(booking, await self._refunds((booking,)))

    async def list_own(self, owner_id: UUID, before: UUID | None, limit: int) -> dict[str, Any]:
        """A page of a customer's bookings, the newest first; `next` continues it."""
        page = await self._page(await self._lists.list_own(owner_id, before, limit), limit)
        return {"items": page.bookings, "next": None if page.next is None else str(page.next)}

    async def list_owned(self, message: ListOwned) -> OwnedPage:
        """For exports: what the store has, not what was written of it elsewhere."""
        limit = max(1, min(message.limit, OWNED_MAX))
        return await self._page(await self._store.list_own(message.customer_id, message.before, limit), limit)

    async def _page(self, found: Sequence[Booking], limit: int) -> OwnedPage:
        refunds = await self._refunds(found)
        return OwnedPage(
            [self._answers.describe(booking, refunds) for booking in found],
            found[-1].booking_id if len(found) == limit else None,
        )

    async def look_up(self, locator: str, email: str) -> dict[str, Any]:
        """A key for the guest who knows locator and e-mail address.

        Raises the same `NotFound` whichever of the two is wrong, after the same work.
        """
        locator = locator.strip().upper()
        found = await self._store.find_address(locator) if is_locator(locator) else None
        booking_id, address = found or (None, "")
        if not hmac.compare_digest(address_key(address), address_key(email)) or booking_id is None:
            raise NotFound("there is no booking with this locator and e-mail address")
        token, expires_s = self._answers.grant(booking_id)
        return {"access_token": token, "expires_at": rfc3339(expires_s)}

    async def _refunds(self, bookings: Sequence[Booking]) -> Sequence[Refund]:
        payments = tuple({refund.payment_id for booking in bookings for refund in booking.refunds})
        if not payments:
            return ()
        try:
            return (await self._payments.list_refunds(ListRefunds(payments))).refunds
        except Unavailable:
            return ()

    async def list_bookings(self, message: ListBookings) -> BookingsPage:
        limit = max(1, min(message.limit, PAGE_MAX))
        return BookingsPage(await self._store.list_bookings(message.after, limit))
