"""Taking over what was booked as a guest."""

from __future__ import annotations

from fastapi import APIRouter, Response

from wayfare.contracts.customers.roles import Permission
from wayfare.infrastructure.access import SignedIn, needs
from wayfare.infrastructure.http import encoded
from wayfare.services.bookings.application.claim_bookings import ClaimBookings
from wayfare.services.bookings.entrypoints import bodies
from wayfare.services.bookings.entrypoints.http import PRIVATE


def claim_routes(claim: ClaimBookings) -> APIRouter:
    router = APIRouter(tags=["bookings"])

    @router.post("/v1/bookings/claim", responses={200: {"model": bodies.ClaimAnswer}}, response_model=None)
    @needs(Permission.BOOKINGS_OWN)
    async def claim_bookings(me: SignedIn) -> Response:
        """Make what I booked as a guest mine: the bookings whose contact is the verified address of my account."""
        return encoded({"claimed": await claim(me.customer_id)}, headers=PRIVATE)

    return router
