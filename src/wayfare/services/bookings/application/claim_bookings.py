"""A customer takes over what they booked as a guest, under the address of their account."""

from __future__ import annotations

from uuid import UUID

from wayfare.contracts.customers.api import CustomersApi, FindAddress
from wayfare.services.bookings.application.ports import Guests
from wayfare.services.bookings.domain.guests import address_key


class ClaimBookings:
    """Only the account's own verified address counts, never one that the request names."""

    def __init__(self, guests: Guests, customers: CustomersApi) -> None:
        self._guests, self._customers = guests, customers

    async def __call__(self, customer_id: UUID) -> tuple[str, ...]:
        """The locators of the bookings that are the customer's from now on; some moments old ones may be missing.

        Raises NotFound when nobody has verified the account's address, Unavailable.
        """
        found = await self._customers.get_address(FindAddress(customer_id))
        claimed = await self._guests.claim(address_key(found.email), customer_id)
        return tuple(booking.locator for booking in claimed)
