"""Bodies of changing a booking: names, and other trips."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from wayfare.contracts.inventory.api import Preferences
from wayfare.infrastructure.bodies import MoneyAnswer, PreferencesBody, UnitsByLeg
from wayfare.infrastructure.http import Answer, Body
from wayfare.services.bookings.application.exchange_booking import ExchangeRequest, TripSearch
from wayfare.services.bookings.entrypoints.bodies import (
    ConditionsAnswer,
    DestinationAnswer,
    NextActionAnswer,
    OriginAnswer,
    PaymentBody,
)

Place = Annotated[str, Field(min_length=1, max_length=200)]
Mode = Literal["rail", "coach", "air", "ferry"]


class NameBody(Body):
    """What is not given stays."""

    given_name: Annotated[str, Field(max_length=100)] | None = None
    family_name: Annotated[str, Field(max_length=100)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.given_name is None and self.family_name is None:
            raise ValueError("give given_name, family_name or both")
        return self


class ExchangeOffersBody(Body):
    """Which trips to look for, as in GET /v1/offers; from and to are those of the booking when not given."""

    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    origin: Annotated[Place | None, Field(alias="from")] = None
    destination: Annotated[Place | None, Field(alias="to")] = None
    time: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    max_transfers: Annotated[int, Field(ge=0, le=3)] = 3
    mode: Annotated[tuple[Mode, ...], Field(min_length=1, max_length=4, strict=False)] | None = None
    cabin: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 10

    def search(self) -> TripSearch:
        return TripSearch(
            date=self.date,
            origin=self.origin,
            destination=self.destination,
            time=self.time,
            max_transfers=self.max_transfers,
            modes=self.mode,
            cabin=self.cabin,
            limit=self.limit,
        )


class ExchangeBody(Body):
    """Change to what an exchange offer promised; `payment` where something is to be paid."""

    exchange_offer_id: Annotated[str, Field(min_length=1, max_length=16_384, pattern=r"^[!-~]+$")]
    units: UnitsByLeg | None = None
    preferences: PreferencesBody | None = None
    payment: PaymentBody | None = None

    def request(self) -> ExchangeRequest:
        wishes = self.preferences
        return ExchangeRequest(
            exchange_offer_id=self.exchange_offer_id,
            units=self.units,
            preferences=wishes.preferences() if wishes else Preferences(),
            method=self.payment.method if self.payment else None,
            token=self.payment.token if self.payment else None,
        )


class TripLegAnswer(Answer):
    departure_id: str
    mode: str
    operator: str
    line: str
    service_number: str
    headsign: str
    origin: Annotated[OriginAnswer, Field(alias="from")]
    destination: Annotated[DestinationAnswer, Field(alias="to")]
    from_call: int
    to_call: int
    cabin: str
    cabin_name: str


class ExchangeOfferAnswer(Answer):
    exchange_offer_id: str
    cabin_name: str
    fare_family: str
    fare_family_name: str
    seats_left: int | None
    price: MoneyAnswer
    fee: MoneyAnswer
    to_pay: Annotated[MoneyAnswer, Field(description="New price and fee, less the old price, when above zero.")]
    to_refund: Annotated[MoneyAnswer, Field(description="The same when below zero.")]
    conditions: ConditionsAnswer
    expires_at: str


class ExchangeTripAnswer(Answer):
    legs: tuple[TripLegAnswer, ...]
    offers: tuple[ExchangeOfferAnswer, ...]


class ExchangeOffersAnswer(Answer):
    trips: tuple[ExchangeTripAnswer, ...]


class ExchangePendingAnswer(Answer):
    booking_id: str
    locator: str
    exchange_id: str
    status: Literal["pending"]
    to_pay: MoneyAnswer
    next_action: NextActionAnswer | None = None
