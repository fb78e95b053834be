"""What is known about a person: names, e-mail addresses, telephone numbers, dates of birth, and what is accepted."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from wayfare.kernel.errors import ValidationFailed

NAME_MAX = 100
EMAIL_MAX = 254  # RFC 5321, 4.5.3.1.3

# The shape only: one @, no white space, a dot in the domain and none of the characters that separate addresses in a
# header (RFC 5322, 3.2.3). Whether it exists, only a message can tell.
_LABEL = r"[^@\s\x00-\x1f.,;:<>()\[\]\\\"]+"
_EMAIL = re.compile(rf"[^@\s\x00-\x1f]{{1,64}}@{_LABEL}(\.{_LABEL})+")
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


def check_email(field: str, email: str) -> None:
    """Raises `ValidationFailed` when this cannot be an e-mail address."""
    if len(email) > EMAIL_MAX or not _EMAIL.fullmatch(email):
        raise ValidationFailed.of(field, "this does not look like an e-mail address")


def folded_email(email: str) -> str:
    """An address as it is compared: case and Unicode spelling aside (NFKC, UAX #15).

    Never send to it: a message goes to the address as its owner wrote it.
    """
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def check_phone(field: str, phone: str) -> None:
    """Raises `ValidationFailed` when this cannot be a telephone number."""
    digits = sum(char.isdigit() for char in phone)
    if not _PHONE.fullmatch(phone) or not 5 <= digits <= 15:
        raise ValidationFailed.of(field, "5 to 15 digits, such as +49 30 1234567")


def age_on(birth: date, day: date) -> int:
    """Completed years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
