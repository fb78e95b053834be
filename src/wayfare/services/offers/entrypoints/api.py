"""The contract's way in: what another service asks of offers."""

from __future__ import annotations

from datetime import date, time

from wayfare.contracts.offers.api import FindOffers as Message
from wayfare.contracts.offers.api import FoundOffer, FoundOffers
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.offers.application.find_offers import FindOffers, OfferSearch
from wayfare.services.offers.application.price_trips import PricedTrip


async def answer_find(message: Message, find_offers: FindOffers) -> FoundOffers:
    """Raises ValidationFailed, NotFound, AmbiguousPlace, Unavailable."""
    found = await find_offers(_search(message))
    trips = (_offers(trip) for trip in found.trips.items)
    return FoundOffers(tuple(offers for offers in trips if offers))


def _search(message: Message) -> OfferSearch:
    try:
        day = date.fromisoformat(message.day)
        earliest = None if message.earliest is None else time.fromisoformat(message.earliest)
    except ValueError:
        raise ValidationFailed.of("date", "a day and a time that exist") from None
    return OfferSearch(
        origin=message.origin,
        destination=message.destination,
        day=day,
        passengers=message.passengers,
        earliest=earliest,
        max_transfers=message.max_transfers,
        modes=message.modes,
        cabin=message.cabin,
        currency=message.currency,
        limit=message.limit,
    )


def _offers(trip: PricedTrip) -> tuple[FoundOffer, ...]:
    return tuple(
        FoundOffer(offer.token, offer.family.name, offer.cabin.name, offer.seats_left)
        for offer in trip.offers
        if offer.token is not None
    )
