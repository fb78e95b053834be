"""A ticket as the words and figures its page shows. Plain data: the template only places it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from unicodedata import east_asian_width

from wayfare.contracts.documents.api import TicketCall, TicketRequest
from wayfare.kernel.time import rfc3339
from wayfare.services.documents.adapters.barcode import aztec_svg
from wayfare.services.documents.adapters.coverage import printable
from wayfare.services.documents.adapters.page_words import date_words, label, line, platform
from wayfare.services.documents.domain.facts import local_moment
from wayfare.services.documents.domain.text import clean

_CONDITIONS_WIDTH_MAX = 1150  # in letters, East Asian ones count twice
_CONDITION_GAP = 25  # the rest of a condition's last line, on average
_SERVICE_WORDS = {"rail": "Train", "air": "Flight", "coach": "Coach", "ferry": "Sailing"}
_CARRIAGE_WORDS = {"rail": "Coach", "air": "Cabin", "coach": "Vehicle", "ferry": "Deck"}


def ticket_page(ticket: TicketRequest, payload: str, key_id: str, *, page: int, pages: int) -> Mapping[str, Any]:
    """The page of a ticket, ready for JSON. `payload` is the signed text of its barcode.

    Raises `ValidationFailed` when a time is none.
    """
    departs, arrives = local_moment(ticket.origin), local_moment(ticket.destination)
    return {
        "mode": ticket.mode if ticket.mode in _SERVICE_WORDS else "rail",
        "operator": line(ticket.operator_name, 80),
        "line": "" if ticket.line_name == ticket.service_number else line(ticket.line_name, 70),
        "service_word": _SERVICE_WORDS.get(ticket.mode, "Service"),
        "service": line(ticket.service_number, 24),
        "passenger": line(ticket.passenger_name, 90),
        "category": label(ticket.passenger_category),
        "date": date_words(departs),
        "duration": _duration(arrives - departs),
        "origin": _call(ticket.origin, departs, departs, ticket.mode),
        "destination": _call(ticket.destination, arrives, departs, ticket.mode),
        "seating": _seating(ticket),
        "locator": line(ticket.locator, 12),
        "ticket_no": line(ticket.ticket_no, 24),
        "price": f"{ticket.price.amount} {ticket.price.currency}",
        "issued": _issued(ticket),
        "key_id": key_id,
        "conditions": _conditions(ticket),
        "page": page,
        "pages": pages,
        "code_svg": aztec_svg(payload),
    }


def _call(call: TicketCall, moment: datetime, departs: datetime, mode: str) -> Mapping[str, Any]:
    days = (moment.date() - departs.date()).days
    return {
        "name": line(call.name, 90),
        "code": line(call.code or "", 12),
        "time": f"{moment:%H:%M}",
        "days": f"{days:+d} day{'s' if abs(days) != 1 else ''}" if days else "",
        "date": date_words(moment),
        "zone": f"{line(call.tz, 40)} · {_offset(moment)}",
        "platform": platform(call, mode),
    }


def _conditions(ticket: TicketRequest) -> list[str]:
    """As many as can be read in their space; what is left out is said, never dropped silently."""
    shown: list[str] = []
    room = _CONDITIONS_WIDTH_MAX
    for condition in ticket.conditions:
        words = printable(clean(condition))
        room -= sum(2 if east_asian_width(char) in "WF" else 1 for char in words) + _CONDITION_GAP
        if room < 0:
            return [*shown, "More conditions apply: they stand in your booking."]
        shown.append(words)
    return shown


def _seating(ticket: TicketRequest) -> list[Mapping[str, str]]:
    """The fields of the seat panel, most needed first."""
    fields: list[Mapping[str, str]] = []
    if ticket.coach:
        fields.append({"word": _CARRIAGE_WORDS.get(ticket.mode, "Coach"), "value": line(ticket.coach, 10)})
    seat = ticket.unit_label or ""
    if ticket.coach and seat.startswith(f"{ticket.coach}-"):
        seat = seat.removeprefix(f"{ticket.coach}-")  # the coach stands beside it already
    fields.append({"word": "Seat", "value": line(seat, 12) if seat else "Free seating"})
    fields.append({"word": "Class", "value": label(ticket.cabin)})
    fields.append({"word": "Fare", "value": label(ticket.fare_family)})
    return fields


def _offset(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    sign = "+" if minutes >= 0 else "–"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"


def _duration(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def _issued(ticket: TicketRequest) -> str:
    return rfc3339(ticket.issued_at)[:16].replace("T", " ") + " UTC"
