"""Base45 (RFC 9285): bytes as the 45 characters that QR and Aztec codes store densely.

Two bytes become three characters, a single last byte becomes two.
"""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {char: value for value, char in enumerate(_ALPHABET)}


def encode(data: bytes) -> str:
    chars: list[str] = []
    for start in range(0, len(data) - 1, 2):
        rest, low = divmod(data[start] << 8 | data[start + 1], 45)
        high, middle = divmod(rest, 45)
        chars += _ALPHABET[low], _ALPHABET[middle], _ALPHABET[high]
    if len(data) % 2:
        high, low = divmod(data[-1], 45)
        chars += _ALPHABET[low], _ALPHABET[high]
    return "".join(chars)


def decode(text: str) -> bytes:
    """Raises `ValueError` for anything `encode` cannot have written."""
    if len(text) % 3 == 1:
        raise ValueError("base45 text cannot have this length")
    try:
        values = [_VALUE[char] for char in text]
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is not a base45 character") from None
    data = bytearray()
    for start in range(0, len(values), 3):
        group = values[start : start + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        width = len(group) - 1
        if number >= 1 << 8 * width:
            raise ValueError("a base45 group is out of range")
        data += number.to_bytes(width, "big")
    return bytes(data)
