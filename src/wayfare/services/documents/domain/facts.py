"""What the barcode of a ticket says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import msgspec

from wayfare.contracts.documents.api import TicketCall, TicketRequest
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.documents.domain.text import clean, shorten

# A ticket is for one departure. Access to platforms and lounges opens before it; a delayed
# vehicle must not turn its passengers' tickets invalid under way.
VALID_BEFORE_S = 12 * 3600
VALID_AFTER_S = 24 * 3600


class TicketFacts(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Times are UTC seconds, offsets minutes east of UTC. Long texts end in an ellipsis.

    The order of the fields is the wire format of payload version 1 (see `payload`).
    """

    ticket_no: str
    locator: str
    operator_name: str
    mode: str
    service_number: str
    departure_id: str
    origin: str  # the place's code, else its id
    destination: str
    departs_at: int
    departs_offset_min: int
    arrives_at: int
    arrives_offset_min: int
    coach: str | None
    unit_label: str | None
    cabin: str
    passenger_name: str
    passenger_category: str
    valid_from: int
    valid_until: int
    issued_at: int

    @property
    def departs_local(self) -> str:
        """RFC 3339 with the offset of the origin."""
        return _local(self.departs_at, self.departs_offset_min)

    @property
    def arrives_local(self) -> str:
        """RFC 3339 with the offset of the destination."""
        return _local(self.arrives_at, self.arrives_offset_min)


def local_moment(call: TicketCall) -> datetime:
    """The aware local time of a call. Raises `ValidationFailed` when it has no offset or is no time."""
    try:
        moment = datetime.fromisoformat(call.local_time)
    except ValueError:
        raise ValidationFailed.of("local_time", f"{call.local_time[:40]!r} is not an RFC 3339 time") from None
    if moment.tzinfo is None:
        raise ValidationFailed.of("local_time", f"{call.local_time[:40]!r} has no offset")
    return moment


def facts_of(ticket: TicketRequest) -> TicketFacts:
    """What is to be signed for a ticket. Raises `ValidationFailed` for times that are none.

    Texts are bounded in bytes so that the code stays scannable from paper whatever people enter.
    """
    departs, arrives = local_moment(ticket.origin), local_moment(ticket.destination)
    departs_at, arrives_at = int(departs.timestamp()), int(arrives.timestamp())
    return TicketFacts(
        ticket_no=_bounded(ticket.ticket_no, 24),
        locator=_bounded(ticket.locator, 12),
        operator_name=_bounded(ticket.operator_name, 30),
        mode=_bounded(ticket.mode, 8),
        service_number=_bounded(ticket.service_number, 20),
        departure_id=_bounded(ticket.departure_id, 24),
        origin=_bounded(ticket.origin.code or ticket.origin.place_id, 32),
        destination=_bounded(ticket.destination.code or ticket.destination.place_id, 32),
        departs_at=departs_at,
        departs_offset_min=_offset_min(departs),
        arrives_at=arrives_at,
        arrives_offset_min=_offset_min(arrives),
        coach=_bounded(ticket.coach, 10) if ticket.coach else None,
        unit_label=_bounded(ticket.unit_label, 12) if ticket.unit_label else None,
        cabin=_bounded(ticket.cabin, 16),
        passenger_name=_bounded(ticket.passenger_name, 75),
        passenger_category=_bounded(ticket.passenger_category, 16),
        valid_from=departs_at - VALID_BEFORE_S,
        valid_until=arrives_at + VALID_AFTER_S,
        issued_at=ticket.issued_at,
    )


def _bounded(text: str, max_bytes: int) -> str:
    return shorten(clean(text), max_bytes=max_bytes)


def _offset_min(moment: datetime) -> int:
    offset = moment.utcoffset() or timedelta()
    return int(offset.total_seconds()) // 60


def _local(instant_s: int, offset_min: int) -> str:
    zone = timezone(timedelta(minutes=offset_min))
    return datetime.fromtimestamp(instant_s, UTC).astimezone(zone).isoformat()
