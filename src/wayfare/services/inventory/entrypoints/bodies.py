"""The bodies of inventory's public routes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wayfare.infrastructure.bodies import MoneyAnswer, PreferencesBody, UnitsByLeg
from wayfare.infrastructure.http import Answer, Body


class HoldBody(Body):
    offer_id: Annotated[str, Field(min_length=1, max_length=16_384)]
    units: UnitsByLeg | None = None
    preferences: PreferencesBody | None = None


class HeldUnitAnswer(Answer):
    """A change of seat on the way gives a passenger two of them on a leg."""

    passenger: int = Field(description="from 1")
    unit: str = Field(description="empty in cabins without seat numbers")
    coach: str
    label: str
    from_call: int
    to_call: int


class HeldLegAnswer(Answer):
    departure_id: str
    from_call: int
    to_call: int
    cabin: str
    units: list[HeldUnitAnswer]


class HoldAnswer(Answer):
    hold_id: str
    state: Literal["held", "confirmed", "released", "expired"]
    expires_at: str
    price: MoneyAnswer
    legs: list[HeldLegAnswer]


class UnitAnswer(Answer):
    unit: str
    label: str
    cabin: str
    deck: int
    row: int
    column: int
    bay: int
    features: list[str]
    state: Literal["free", "taken", "unavailable"]


class CoachAnswer(Answer):
    coach: str
    units: list[UnitAnswer]


class CabinAnswer(Answer):
    cabin: str
    name: str
    numbered: bool
    free: int
    total: int


class SeatsAnswer(Answer):
    departure_id: str
    from_call: int
    to_call: int
    layout: str
    layout_name: str
    cabins: list[CabinAnswer]
    coaches: list[CoachAnswer]


class SeatEvent(Answer):
    departure_id: str
    units: dict[str, Literal["free", "taken", "unavailable"]] = Field(description="States by `unit`")
