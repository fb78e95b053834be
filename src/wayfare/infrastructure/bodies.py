"""Parts of request and response bodies that several services publish."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from wayfare.contracts.inventory.api import Preferences
from wayfare.contracts.offers.api import PASSENGERS_MAX
from wayfare.infrastructure.http import Answer, Body

Name = Annotated[str, Field(min_length=1, max_length=40)]
# Tuples are not strict: an array that was parsed before it is validated comes as a list.
UnitsOfLeg = Annotated[tuple[Name, ...], Field(max_length=PASSENGERS_MAX, strict=False)]
UnitsByLeg = Annotated[
    tuple[UnitsOfLeg, ...],
    Field(
        max_length=16,
        strict=False,
        description="Unit ids, one list per leg, one unit per passenger; an empty list: you choose.",
    ),
]


class PreferencesBody(Body):
    """Wishes, best effort; only `accessible` is a need."""

    features: Annotated[tuple[Name, ...], Field(max_length=16, strict=False)] = ()
    together: bool = True
    coach: Name | None = None
    accessible: bool = False
    seat_change: bool = False

    def preferences(self) -> Preferences:
        return Preferences(self.features, self.together, self.coach, self.accessible, self.seat_change)


class MoneyAnswer(Answer):
    amount: str
    currency: str
