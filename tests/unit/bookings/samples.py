"""Bookings to test rules on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import HeldUnit
from wayfare.contracts.offers.api import ConditionStep, Offer, OfferLeg
from wayfare.services.bookings.domain.booking import Booking, Contact, Passenger

DEPARTS_S = 1_795_251_600
DAY_S = 86_400
BOOKING = UUID("019a0000-0000-7000-8000-000000000001")


def offer(
    prices: tuple[tuple[int, ...], ...] = ((5990,),),
    refund: tuple[ConditionStep, ...] = (
        ConditionStep(DEPARTS_S - DAY_S, 0),
        ConditionStep(DEPARTS_S, 250),
    ),
    currency: str = "EUR",
    exchange: tuple[ConditionStep, ...] = (),
    name_change_until_s: int | None = None,
) -> Offer:
    """An offer with one leg for each tuple of prices, one price per passenger."""
    legs = tuple(
        OfferLeg(number + 1, 0, 3, "second", leg_prices, (0,) * len(leg_prices))
        for number, leg_prices in enumerate(prices)
    )
    return Offer(
        legs=legs,
        passengers=("adult",) * len(prices[0]),
        fare_family="flex",
        currency=currency,
        departs_s=DEPARTS_S,
        refund=refund,
        exchange=exchange,
        issued_s=DEPARTS_S - 30 * DAY_S,
        expires_s=DEPARTS_S - 29 * DAY_S,
        name_change_until_s=name_change_until_s,
    )


def booking(made_from: Offer | None = None, **changes: Any) -> Booking:
    made_from = made_from or offer()
    units = tuple(
        HeldUnit(passenger, leg, sold.departure_id, passenger, f"S1-{passenger}", "S1", str(passenger), 0, 3)
        for leg, sold in enumerate(made_from.legs)
        for passenger in range(len(made_from.passengers))
    )
    made = Booking(
        booking_id=BOOKING,
        locator="K7M2QX",
        state="ticketed",
        hold_id=UUID(int=2),
        payment_id=UUID(int=3),
        refunded=0,
        created_s=DEPARTS_S - 30 * DAY_S,
        offer=made_from,
        passengers=tuple(Passenger("Ada", "Lovelace", category) for category in made_from.passengers),
        contact=Contact("ada@example.org"),
        units=units,
    )
    return msgspec.structs.replace(made, **changes)
