"""Show a booking to whoever it belongs to, or to staff of an operator it travels with."""

from __future__ import annotations

from wayfare.contracts.audit.api import AuditApi, RecordWrites, WriteDone
from wayfare.contracts.customers.api import Identity, may
from wayfare.contracts.customers.roles import Permission
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.errors import NotFound, Unavailable
from wayfare.services.bookings.application.asking import Asking, is_theirs
from wayfare.services.bookings.application.ports import LegReader
from wayfare.services.bookings.application.read_booking import ReadBooking
from wayfare.services.bookings.domain.booking import Booking


class SeeBooking:
    """What staff read is recorded before they see it: it is about other people."""

    def __init__(self, read: ReadBooking, legs: LegReader, audit: AuditApi | None) -> None:
        """`audit`: None where no audit service is within reach; then staff see nothing."""
        self._read, self._legs, self._audit = read, legs, audit

    async def __call__(self, locator: str, asks: Asking) -> Booking:
        """Raises Unauthenticated, Forbidden, NotFound (also for a booking that is none of theirs), Unavailable."""
        identity = asks.identity
        if identity is None:
            return await self._read.by_asking(locator, asks)
        booking = await self._read.find_to_show(locator, identity.customer_id)
        if booking is not None and is_theirs(booking, identity) and may(identity, Permission.BOOKINGS_OWN):
            return booking
        if booking is None or not self._concerns(booking, identity):
            raise NotFound("there is no such booking")
        await self._record(booking, identity)
        return booking

    def _concerns(self, booking: Booking, identity: Identity) -> bool:
        """Whether a leg of it is their operator's, as far as the timetable still knows."""
        operators = {self._legs.describe(leg).operator_id for leg in booking.offer.legs}
        return any(may(identity, Permission.BOOKINGS_READ, operator) for operator in operators)

    async def _record(self, booking: Booking, identity: Identity) -> None:
        if self._audit is None:
            raise Unavailable("what staff read must be recorded, and the audit log is not within reach")
        read = WriteDone(
            actor=identity.actor,
            action="booking.read",
            object=f"booking:{booking.booking_id}",
            after={"locator": booking.locator},
            correlation_id=correlation_id.get(),
        )
        await self._audit.record(RecordWrites((read,)))
