"""What all events have in common: one name, one topic, one key by which their order is kept.

The data of an event holds no personal data: whoever needs a name or an address asks the service that owns it.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from wayfare.kernel.money import Money


class Amount(msgspec.Struct, frozen=True):
    """Money as the public API writes it: in the currency's own minor units."""

    amount: str
    currency: str

    @classmethod
    def of(cls, money: Money) -> Amount:
        return cls(money.amount, money.currency)


class EventData(msgspec.Struct, frozen=True, omit_defaults=True):
    """The `data` of a CloudEvent. `TYPE` names it; `TOPIC` is where it is published.

    `key` is the booking (or other thing) whose events stay in order within their topic.
    """

    TYPE: ClassVar[str] = ""
    TOPIC: ClassVar[str] = ""

    @property
    def key(self) -> str:
        raise NotImplementedError


def event_types(base: type[EventData]) -> dict[str, type[EventData]]:
    """The events that derive from `base`, by their type, in the order they were written down."""
    found: dict[str, type[EventData]] = {}
    for cls in base.__subclasses__():
        if cls.TYPE:
            found[cls.TYPE] = cls
        found |= event_types(cls)
    return found
