"""No card number gets past the edge in a body, which is what services keep; nothing is read before it was looked at.

Paths, queries and keys go through: nobody keeps them (an idempotency key is kept as its hash), and the numbers that
operators give their stops or clients their requests look like a card number one time in ten. Of bodies, only the
gateways' webhooks and calls between our processes are let through: the first are verified and hardly anything of
them is kept, the second were looked at when they came in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import msgspec

from wayfare.kernel.card_numbers import holds_card_number
from wayfare.kernel.errors import CardNumberRefused

_LET_THROUGH = ("/rpc/", "/v1/webhooks/payments/")
_MESSAGE = "a card number is not accepted; pay with the token of the payment gateway"


def guards_body(path: str) -> bool:
    """Whether bodies sent to this path are looked at."""
    return not path.startswith(_LET_THROUGH)


def refuse_in_body(raw: bytes) -> None:
    """Raises `CardNumberRefused` that names the field, where the body is JSON and its names are harmless."""
    if holds_card_number(raw):
        _refuse(_field(raw))


def _refuse(field: str) -> NoReturn:
    raise CardNumberRefused.of(field, _MESSAGE)


def _field(raw: bytes) -> str:
    try:
        return next(_fields(raw), "body")
    except (RecursionError, UnicodeDecodeError):  # nested deeper than anything that is meant, or not even text
        return "body"


def _fields(raw: bytes) -> Iterator[str]:
    try:
        content = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return
    for path, value in _leaves(content, ()):
        name = ".".join(path) or "body"
        if holds_card_number(str(value).encode(errors="replace")) and not holds_card_number(name.encode()):
            yield name


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if parts is None:
        yield path, value
        return
    for name, part in parts:
        yield from _leaves(part, (*path, str(name)))
