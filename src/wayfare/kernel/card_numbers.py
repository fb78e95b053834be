"""Card numbers must never get in: what looks like one is refused before anything is stored or logged."""

from __future__ import annotations

from wayfare.kernel.errors import ValidationFailed

_SEPARATORS = str.maketrans("", "", " -./_")


def looks_like_card_number(text: str) -> bool:
    """Whether a text is 13 to 19 digits (ISO/IEC 7812-1) with a right Luhn check digit, separators aside."""
    digits = text.translate(_SEPARATORS)
    if not 13 <= len(digits) <= 19 or not digits.isdecimal():
        return False
    total = 0
    for position, char in enumerate(reversed(digits)):
        value = int(char) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def refuse_card_number(token: str) -> None:
    """Raises `ValidationFailed`, without repeating the number."""
    if looks_like_card_number(token):
        raise ValidationFailed.of("token", "a card number is not accepted; send the gateway's token")
