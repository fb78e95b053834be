"""Files of fraud rules.

review_from = 50                 a person decides from this sum of scores on
refuse_from = 100                refused from this sum on

[[velocity]]
of = "card"                      card, email, address (of the client) or device (X-Device-Id)
more_than = 3                    other payments with the same one …
within_s = 600                   … in so many seconds, 1 to 2592000
score = 60                       1 to 1000

[[amount]]
over = "500.00"                  above this, in the currency's own minor units
currency = "EUR"
score = 30

[[departure]]
within_s = 3600                  paid less than so long before the first departure
score = 20

[name_mismatch]
score = 25                       the cardholder shares no name with any passenger

A file without rules switches them off.
"""

from __future__ import annotations

import tomllib
from typing import Annotated

import msgspec

from wayfare.kernel.errors import ImportRefused, ValidationFailed
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.fraud import Ceiling, Closeness, Rules, Trait, Velocity

WINDOW_S_MAX = 30 * 86_400
SCORE_MAX = 1000
RULES_MAX = 100
TEXT_MAX = 100_000

_Score = Annotated[int, msgspec.Meta(ge=1, le=SCORE_MAX)]
_Seconds = Annotated[int, msgspec.Meta(ge=1, le=WINDOW_S_MAX)]
_Sum = Annotated[int, msgspec.Meta(ge=1, le=RULES_MAX * SCORE_MAX)]


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    score: _Score


class _Velocity(_Entry, frozen=True, forbid_unknown_fields=True):
    of: Trait
    more_than: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    within_s: _Seconds


class _Amount(_Entry, frozen=True, forbid_unknown_fields=True):
    over: str
    currency: str


class _Departure(_Entry, frozen=True, forbid_unknown_fields=True):
    within_s: _Seconds


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    review_from: _Sum
    refuse_from: _Sum
    velocity: tuple[_Velocity, ...] = ()
    amount: tuple[_Amount, ...] = ()
    departure: tuple[_Departure, ...] = ()
    name_mismatch: _Entry | None = None


def read_rules(text: str) -> Rules:
    """Raises `ImportRefused` that names the key and what is wrong with it."""
    if len(text) > TEXT_MAX:
        raise ImportRefused(f"a rules file has at most {TEXT_MAX} letters")
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except tomllib.TOMLDecodeError as error:
        raise ImportRefused(f"is no TOML: {error}") from None
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at ")
        raise ImportRefused(f"{where.strip('`$.') or 'file'}: {message}") from None
    if file.review_from > file.refuse_from:
        raise ImportRefused("review_from: is higher than refuse_from")
    rules = Rules(
        review_from=file.review_from,
        refuse_from=file.refuse_from,
        velocity=tuple(Velocity(one.of, one.more_than, one.within_s, one.score) for one in file.velocity),
        amount=tuple(_ceiling(number, one) for number, one in enumerate(file.amount)),
        departure=tuple(Closeness(one.within_s, one.score) for one in file.departure),
        name_mismatch=file.name_mismatch.score if file.name_mismatch else 0,
    )
    if rules.count > RULES_MAX:
        raise ImportRefused(f"there are {rules.count} rules, at most {RULES_MAX} are possible")
    if len(set(rules.velocity)) < len(rules.velocity):
        raise ImportRefused("velocity: a rule occurs twice")
    return rules


def _ceiling(number: int, entry: _Amount) -> Ceiling:
    try:
        over = Money.parse(entry.over, entry.currency)
    except ValidationFailed as error:
        raise ImportRefused(f"amount[{number}]: {error.detail}") from None
    if over.minor < 0:
        raise ImportRefused(f"amount[{number}].over: is negative")
    return Ceiling(over, entry.score)
