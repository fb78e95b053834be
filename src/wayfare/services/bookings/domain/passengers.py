"""Who travels and how to reach them: what is accepted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from wayfare.kernel.errors import ValidationFailed
from wayfare.services.bookings.domain.booking import Contact, Passenger

NAME_MAX = 100
EMAIL_MAX = 254  # RFC 5321, 4.5.3.1.3
AGE_MAX = 130
CHILD_BELOW = 18

# The shape only: one @, no white space, a dot in the domain. Whether it exists, only a message can tell.
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.]+(\.[^@\s\x00-\x1f.]+)+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,30}")  # ITU-T E.123 spellings of at most 15 digits (E.164)
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and marks by their category that show nothing (Unicode, Default_Ignorable_Code_Point).
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def check_name(field: str, name: str) -> None:
    """Raises `ValidationFailed` for an empty, overlong, unprintable or invisible name. Any script is welcome.

    Bidirectional controls (Unicode, UAX #9) would turn what stands beside the name on a ticket around. Joiners are
    needed to write Persian and Indic names and stay.
    """
    if not name.strip() or len(name) > NAME_MAX:
        raise ValidationFailed.of(field, f"1 to {NAME_MAX} characters")
    if not name.isprintable() and any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in name):
        raise ValidationFailed.of(field, "control characters are not allowed")
    if not _BIDI_CONTROLS.isdisjoint(name):
        raise ValidationFailed.of(field, "characters that change the direction of writing are not allowed")
    if not any(_is_letter(char) for char in name):
        raise ValidationFailed.of(field, "a name has letters")


def _is_letter(char: str) -> bool:
    """A letter or mark, of any script, that can be seen."""
    if char.isascii():
        return char.isalpha()
    if char in _INVISIBLE or any(ord(char) in selectors for selectors in _VARIATION_SELECTORS):
        return False
    return unicodedata.category(char)[0] in "LM"


def check_contact(contact: Contact) -> None:
    """Raises `ValidationFailed` when the e-mail address or telephone number cannot be one."""
    if len(contact.email) > EMAIL_MAX or not _EMAIL.fullmatch(contact.email):
        raise ValidationFailed.of("contact.email", "this does not look like an e-mail address")
    if contact.phone is None:
        return
    digits = sum(char.isdigit() for char in contact.phone)
    if not _PHONE.fullmatch(contact.phone) or not 5 <= digits <= 15:
        raise ValidationFailed.of("contact.phone", "5 to 15 digits, such as +49 30 1234567")


def age_on(birth: date, day: date) -> int:
    """Completed years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def check_passenger(number: int, passenger: Passenger, travel: date) -> None:
    """Raises `ValidationFailed`. `number` counts from 0; `travel` is the day of the first departure."""
    place = f"passengers.{number}"
    check_name(f"{place}.given_name", passenger.given_name)
    check_name(f"{place}.family_name", passenger.family_name)
    if passenger.birth_date is None:
        return
    try:
        age = age_on(date.fromisoformat(passenger.birth_date), travel)
    except ValueError:
        raise ValidationFailed.of(f"{place}.birth_date", "a date such as 1990-05-31") from None
    if not 0 <= age <= AGE_MAX:
        raise ValidationFailed.of(f"{place}.birth_date", "this cannot be a date of birth")
    if passenger.category == "child" and age >= CHILD_BELOW:
        raise ValidationFailed.of(f"{place}.birth_date", f"a child is under {CHILD_BELOW} on the day of travel")


def in_offer_order(passengers: Sequence[Passenger], categories: Sequence[str]) -> tuple[Passenger, ...]:
    """The passengers in the order the offer prices them; within a category their own order stays.

    Raises `ValidationFailed` when their number or categories differ from the offer's.
    """
    if tuple(passenger.category for passenger in passengers) == tuple(categories):
        return tuple(passengers)
    waiting: dict[str, list[Passenger]] = {}
    for passenger in passengers:
        waiting.setdefault(passenger.category, []).append(passenger)
    ordered = []
    for category in categories:
        queue = waiting.get(category)
        if not queue:
            break
        ordered.append(queue.pop(0))
    if len(ordered) != len(categories) or len(passengers) != len(categories):
        wanted = ", ".join(categories)
        raise ValidationFailed.of("passengers", f"the offer is for {len(categories)}: {wanted}")
    return tuple(ordered)
