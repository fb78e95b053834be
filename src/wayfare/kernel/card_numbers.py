"""Card numbers must never get in: what looks like one is refused at the edge, and struck out of logs and problems.

A card number has 13 to 19 digits and a Luhn check digit (ISO/IEC 7812-1) and begins as those of payment cards do:
3 to 6, or 22 to 27. It may be written in groups of three digits or more. Not taken for one:

    a telephone number in international form, "+" and up to 15 digits (ITU-T E.164)
    a decimal fraction, such as a coordinate
    a UUID, or a word of 24 or more hexadecimal digits with a letter among them
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wayfare.kernel.errors import CardNumberRefused

_LONG = range(13, 20)
_TELEPHONE_MAX = 15
_GROUP_MIN = 3
_NEAR = 64
_STRUCK = "[card number]"

# By far most texts are told apart by one pass over their bytes: digits alike, separators away, the rest alike.
_SEPARATORS = b" -./_\\"
_ALIKE = bytes(
    ord("0") if byte in b"0123456789" else ord("-") if byte in _SEPARATORS else ord("x") for byte in range(256)
)
_ENOUGH = b"0" * _LONG.start

_BETWEEN = r"[ \u00a0\u2007\u2009\u202f\u2010-\u2015\u2212./_\\-]"
_RUN = re.compile(rf"\d+(?:{_BETWEEN}{{1,2}}\d+)*")
_WORD = re.compile(r"[0-9A-Za-z-]*")
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{24,}", re.IGNORECASE)
_GROUP = re.compile(r"\d+")
_ISSUED = re.compile(r"[3-6]|2[2-7]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def looks_like_card_number(text: str) -> bool:
    """Whether a text as a whole is 13 to 19 digits with a right check digit, separators aside, whoever issued it."""
    digits = "".join(_GROUP.findall(text))
    return len(digits) in _LONG and not re.sub(rf"\d|{_BETWEEN}", "", text) and _has_check_digit(digits)


def holds_card_number(raw: bytes) -> bool:
    """Whether a card number stands somewhere in a text in UTF-8, JSON with escapes included."""
    if raw.isascii() and b"\\u" not in raw and _ENOUGH not in raw.translate(_ALIKE).replace(b"-", b""):
        return False
    return next(_find(_text(raw)), None) is not None


def without_card_numbers(raw: bytes) -> bytes:
    """The text with every card number in it struck out."""
    if not holds_card_number(raw):
        return raw
    text, end, parts = _text(raw), 0, []
    for start, stop in _find(text):
        parts += [text[end:start], _STRUCK]
        end = stop
    return "".join([*parts, text[end:]]).encode(errors="replace")


def refuse_card_number(token: str) -> None:
    """For a field that takes a gateway's token. Raises `CardNumberRefused`, without repeating the number."""
    if looks_like_card_number(token) or holds_card_number(token.encode(errors="replace")):
        raise CardNumberRefused.of("token", "a card number is not accepted; send the gateway's token")


def _text(raw: bytes) -> str:
    text = raw.decode(errors="replace")
    return _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text) if "\\u" in text else text


def _find(text: str) -> Iterator[tuple[int, int]]:
    """Where card numbers begin and end."""
    for run in _RUN.finditer(text):
        if run.end() - run.start() < _LONG.start:
            continue
        groups = list(_GROUP.finditer(text, *run.span()))
        total = sum(len(group[0]) for group in groups)
        telephone = text[run.start() - 1 : run.start()] == "+" and total <= _TELEPHONE_MAX
        fraction = len(groups) == 2 and text[groups[0].end() : groups[1].start()] == "."
        if total >= _LONG.start and not telephone and not fraction and not _in_identifier(text, run):
            yield from _find_in_groups(groups)


def _in_identifier(text: str, run: re.Match[str]) -> bool:
    """Whether the digits are part of a UUID, or of a long word in hexadecimal."""
    before = _WORD.match(text[max(0, run.start() - _NEAR) : run.start()][::-1])
    after = _WORD.match(text, run.end(), run.end() + _NEAR)
    assert before is not None
    assert after is not None  # they may be empty
    return _IDENTIFIER.fullmatch(text, run.start() - before.end(), after.end()) is not None


def _find_in_groups(groups: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """A number may stand beside others: four groups of four, then a date or a check code."""
    first = 0
    while first < len(groups):
        digits = ""
        for last in range(first, len(groups)):
            digits += groups[last][0]
            if len(digits) in _LONG and _ISSUED.match(_plain(digits)) and _has_check_digit(digits):
                yield groups[first].start(), groups[last].end()
                first = last
                break
            if len(groups[last][0]) < _GROUP_MIN or len(digits) >= _LONG.stop:
                break
        first += 1


def _plain(digits: str) -> str:
    """The digits of any script as those of ours."""
    return "".join(str(int(digit)) for digit in digits)


def _has_check_digit(digits: str) -> bool:
    """The Luhn check (ISO/IEC 7812-1, annex B)."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
