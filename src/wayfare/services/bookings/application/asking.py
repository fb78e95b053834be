"""Who asks for a booking, and with what."""

from __future__ import annotations

import msgspec

from wayfare.contracts.customers.api import Identity
from wayfare.services.bookings.domain.booking import Booking


class Asking(msgspec.Struct, frozen=True):
    """`identity`: who is signed in. `token`: what came as a bearer token; without an identity, a booking's token."""

    identity: Identity | None
    token: str | None


def is_theirs(booking: Booking, identity: Identity) -> bool:
    """Whether they booked it: as the customer, or by a key of the agency that did."""
    return booking.owner_id == identity.customer_id
