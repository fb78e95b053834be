"""Bookings of customers who are signed in: whose they are, and who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wayfare.contracts.customers.api import CustomersApi, Identify
from wayfare.contracts.customers.roles import Permission, is_permitted
from wayfare.kernel.errors import Forbidden, NotFound, Unauthenticated
from wayfare.kernel.ids import is_locator
from wayfare.services.bookings.application.ports import BookingStore
from wayfare.services.bookings.domain.booking import Booking


def is_customer_token(token: str) -> bool:
    """Whether this looks like a customer's access token (a JWT has three parts) and not like a guest's."""
    return token.count(".") == 2


class OwnBookings:
    def __init__(self, store: BookingStore, customers: CustomersApi | None) -> None:
        """`customers`: None where no customers service is within reach; all are guests then."""
        self._store, self._customers = store, customers

    async def owner(self, token: str) -> UUID:
        """The customer a token was given to. Raises Unauthenticated, Forbidden."""
        if self._customers is None:
            raise Unauthenticated("customers cannot be signed in here")
        identity = await self._customers.identify(Identify(token))
        if not is_permitted(identity.grants, Permission.BOOKINGS_OWN):
            raise Forbidden()
        return identity.customer_id

    async def get(self, locator: str, token: str) -> Booking:
        """Raises the same NotFound for a booking of somebody else and one that does not exist."""
        owner_id, locator = await self.owner(token), locator.upper()
        booking = await self._store.find_by_locator(locator) if is_locator(locator) else None
        if booking is None or booking.owner_id != owner_id:
            raise NotFound("there is no such booking")
        return booking

    async def list_all(self, token: str, before: UUID | None, limit: int) -> Sequence[Booking]:
        """The customer's bookings before booking `before`, the newest first."""
        return await self._store.list_own(await self.owner(token), before, limit)
