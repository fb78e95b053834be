"""The published form of what this service answers. The routes encode theirs directly; a test compares them."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from wayfare.infrastructure.http import Answer


class MoneyAnswer(Answer):
    amount: str = Field(description="In major units with the currency's own decimals", examples=["59.90"])
    currency: str = Field(description="ISO 4217 code", examples=["EUR"])


class PositionAnswer(Answer):
    lat: float
    lon: float


class PlaceAnswer(Answer):
    id: str = Field(examples=["db:8000261"])
    name: str
    code: str | None
    position: PositionAnswer | None
    time_zone: str


class PlaceMatchAnswer(PlaceAnswer):
    modes: list[str]
    distance_m: int | None = Field(description="From the position asked about")


class PlacesAnswer(Answer):
    items: list[PlaceMatchAnswer]
    next_cursor: str | None


class BoardingAnswer(Answer):
    id: str
    name: str
    code: str | None
    platform: str | None
    departs_at: dt.datetime


class LeavingAnswer(Answer):
    id: str
    name: str
    code: str | None
    platform: str | None
    arrives_at: dt.datetime


class OperatorAnswer(Answer):
    id: str
    name: str


class LineAnswer(Answer):
    id: str
    name: str


class LegAnswer(Answer):
    departure_id: str = Field(examples=["20261121-4711"])
    mode: Literal["rail", "coach", "air", "ferry"]
    operator: OperatorAnswer
    line: LineAnswer
    service_number: str
    headsign: str
    from_: BoardingAnswer = Field(alias="from")
    to: LeavingAnswer
    from_call: int
    to_call: int


class PassengerPriceAnswer(Answer):
    category: str
    price: MoneyAnswer


class ConditionStepAnswer(Answer):
    until: dt.datetime
    fee: MoneyAnswer


class ConditionsAnswer(Answer):
    refund: list[ConditionStepAnswer] = Field(description="In order of time; after the last nothing is given back")
    exchange: list[ConditionStepAnswer]
    name_change_until: dt.datetime | None = Field(description="Until when a ticket may get another name; null: never")
    text: list[str]


class ConversionAnswer(Answer):
    source: str
    date: dt.date
    base: str
    rates: dict[str, str] = Field(description="What one unit of `base` is worth, by currency")


class OfferAnswer(Answer):
    offer_id: str | None = Field(description="null when fewer seats are left than passengers")
    cabin: str
    cabin_name: str
    cabins: list[str] = Field(description="Cabin codes leg by leg")
    fare_family: str
    fare_family_name: str
    price: MoneyAnswer
    passengers: list[PassengerPriceAnswer]
    availability: Literal["known", "unknown"] = Field(
        description="unknown while it cannot be looked up: the offer shows what would be sold, and holding it whether "
        "there are seats, or 503 for as long as nobody can tell"
    )
    seats_left: int | None = Field(description="null while the availability is unknown")
    conditions: ConditionsAnswer
    conversion: ConversionAnswer | None = Field(description="The rates, where fares of other currencies were converted")
    expires_at: dt.datetime


class ReasonAnswer(Answer):
    code: Literal["departed", "closed", "not_yet_on_sale", "no_layout", "no_fare", "currency_mix", "other_currency"]
    text: str


class TripAnswer(Answer):
    id: str
    departs_at: dt.datetime = Field(
        description="When to leave the place asked for: a walk to the first departure counts"
    )
    arrives_at: dt.datetime
    duration_s: int
    transfers: int
    walk_before_s: int
    walk_after_s: int
    legs: list[LegAnswer]
    offers: list[OfferAnswer]
    reason: ReasonAnswer | None = Field(description="Why there are no offers")


class OffersAnswer(Answer):
    trips: list[TripAnswer]
    from_: PlaceAnswer = Field(alias="from")
    to: PlaceAnswer
    date: dt.date
    next_cursor: str | None = Field(description="Later trips, or the next ones in the order asked for")
    previous_cursor: str | None
    nearest_dates: list[dt.date] = Field(description="When the date has no trip: the nearest dates that have")


class CalendarDayAnswer(Answer):
    date: dt.date
    status: Literal["offers", "none", "unknown"] = Field(
        description="none: nothing is to be had on this date; unknown: nobody has looked yet, or nobody can tell"
    )
    price: MoneyAnswer | None = Field(
        description="Of the cheapest offer for the party, as it was within the last minute"
    )


class CalendarAnswer(Answer):
    from_: PlaceAnswer = Field(alias="from")
    to: PlaceAnswer
    days: list[CalendarDayAnswer]
