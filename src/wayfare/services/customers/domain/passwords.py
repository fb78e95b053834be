"""Which passwords are accepted (NIST SP 800-63B-4, 3.1.1.2: length, no composition rules, a list of refused ones)."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from itertools import pairwise

from wayfare.kernel.errors import ValidationFailed

LENGTH_MIN = 8
LENGTH_MAX = 128
_OURS = "wayfare"


def normal_password(password: str) -> str:
    """A password as it is hashed: however a keyboard spells its characters (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_password(field: str, password: str, email: str, refused: Container[str]) -> None:
    """Raises `ValidationFailed`. `refused`: passwords that are known to be guessed first, in lower case."""
    normal = normal_password(password)
    if not LENGTH_MIN <= len(normal) <= LENGTH_MAX:
        raise ValidationFailed.of(field, f"{LENGTH_MIN} to {LENGTH_MAX} characters")
    lower = normal.casefold()
    local, _, domain = email.casefold().partition("@")
    # "Summer2024!" is "summer" to somebody who guesses.
    core = lower.strip("0123456789!?.,*#$_-@ ")
    if lower in refused or core in refused or core in (_OURS, local, domain.partition(".")[0], email.casefold()):
        raise ValidationFailed.of(field, "this password is one of the first that are guessed")
    if _is_trivial(lower):
        raise ValidationFailed.of(field, "this password is a repetition or a row of characters")


def _is_trivial(text: str) -> bool:
    """One or two characters repeated, or each next to the one before: aaaaaaaa, abababab, 12345678, hgfedcba."""
    steps = {ord(second) - ord(first) for first, second in pairwise(text)}
    return len(set(text)) <= 2 or steps in ({1}, {-1})
