"""Words and figures as pages show them: cleaned, drawable, bounded, and the same in every locale."""

from __future__ import annotations

from datetime import datetime

from wayfare.contracts.documents.api import TicketCall
from wayfare.services.documents.adapters.coverage import printable
from wayfare.services.documents.domain.text import clean, shorten_letters

_PLATFORM_WORDS = {"rail": "Platform", "air": "Gate", "coach": "Bay", "ferry": "Pier"}
# strftime's names follow the locale of the process; a document must not.
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def line(text: str, max_letters: int) -> str:
    """One line of at most `max_letters`, with an ellipsis when it was cut."""
    return shorten_letters(printable(clean(text)), max_letters=max_letters)


def label(text: str) -> str:
    """A code such as "second" or "super_saver" as a word for people; codes such as "3A" stay."""
    words = line(text, 28).replace("_", " ")
    return words[:1].upper() + words[1:] if words.islower() else words


def date_words(moment: datetime) -> str:
    """ "Sat 21 November 2026"."""
    return f"{_WEEKDAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def platform(call: TicketCall, mode: str) -> str:
    """ "Platform 7", "Gate B14"; nothing when unknown, the word once when the data bring it already."""
    word = _PLATFORM_WORDS.get(mode, "Platform")
    name = line(call.platform or "", 16)
    return name if not name or name.lower().startswith(word.lower()) else f"{word} {name}"
