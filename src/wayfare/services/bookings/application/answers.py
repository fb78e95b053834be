"""The answers of the API, built from a booking and the timetable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from wayfare.contracts.offers.api import Offer, OfferLeg
from wayfare.contracts.payments.api import NextAction, Refund
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.errors import Unauthenticated, WayfareError, error_classes
from wayfare.kernel.money import Money
from wayfare.kernel.time import Clock, rfc3339
from wayfare.services.bookings.application.money_shown import exchanges_json, refunds_json
from wayfare.services.bookings.application.ports import LegReader, Stored
from wayfare.services.bookings.domain.booking import PUBLIC_STATUS, Booking
from wayfare.services.bookings.domain.conditions import conditions_json
from wayfare.services.bookings.domain.exchanges import Exchange
from wayfare.services.bookings.domain.leg_facts import CallFacts, LegFacts

ACCESS_S = 1800
_ERROR_STATUS = {"payment_declined": 402}


class Access(msgspec.Struct, frozen=True, array_like=True):
    """The content of a guest's access token: one booking, for a while."""

    booking_id: UUID
    expires_s: int


class Answers:
    """Builds and encodes what clients see."""

    def __init__(self, reader: LegReader, secret: bytes, clock: Clock) -> None:
        self._reader, self._clock = reader, clock
        self._seal: Seal[Access] = Seal(secret, "booking", Access, Unauthenticated)
        self._encode = msgspec.json.Encoder().encode

    def grant(self, booking_id: UUID) -> tuple[str, int]:
        """An access token for a booking and the instant it expires."""
        expires_s = self._clock.now_s() + ACCESS_S
        return self._seal.seal(Access(booking_id, expires_s)), expires_s

    def open_access(self, token: str) -> UUID:
        """The booking a token is for. Raises `Unauthenticated` when it is not ours or has expired."""
        access = self._seal.open(token)
        if access.expires_s <= self._clock.now_s():
            raise Unauthenticated("the access token has expired")
        return access.booking_id

    def confirmed(self, booking: Booking) -> Stored:
        """The answer to a booking that went through: with a key for its guest."""
        return Stored(201, self._encode(self._with_access(booking, self.describe(booking))))

    def origin_tz(self, booking: Booking) -> str:
        """The zone of the place the trip begins at: instants of a booking are told in it."""
        return self._reader.describe(booking.offer.legs[0]).origin.tz

    def ends_of(self, booking: Booking) -> tuple[str, str]:
        """The ids of the places where the trip begins and ends."""
        legs = booking.offer.legs
        return self._reader.describe(legs[0]).origin.place_id, self._reader.describe(legs[-1]).destination.place_id

    def legs_of(self, offer: Offer) -> list[dict[str, Any]]:
        """The legs of an offer nobody has booked yet."""
        return [_leg(leg, self._reader.describe(leg)) for leg in offer.legs]

    def conditions_of(self, offer: Offer) -> Mapping[str, Any]:
        return conditions_json(offer, self._reader.describe(offer.legs[0]).origin.tz)

    def shown(self, booking: Booking, refunds: Iterable[Refund] = ()) -> Stored:
        """A booking as it stands. `refunds`: how far they got, as payments knows."""
        return Stored(200, self._encode(self.describe(booking, refunds)))

    def pending(self, booking: Booking, next_action: NextAction | None = None) -> Stored:
        """The answer while the payment is open. It is not stored: asked again, the end is told."""
        content: dict[str, Any] = {
            "booking_id": str(booking.booking_id),
            "locator": booking.locator,
            "status": PUBLIC_STATUS[booking.state],
            "price": booking.total.as_json(),
        }
        if next_action is not None:
            content["next_action"] = {"type": next_action.type, "url": next_action.url}
        return Stored(202, self._encode(self._with_access(booking, content)))

    def exchange_pending(self, booking: Booking, exchange: Exchange, next_action: NextAction | None = None) -> Stored:
        """The answer while the payment of an exchange is open; the booking is as before. It is not stored."""
        content: dict[str, Any] = {
            "booking_id": str(booking.booking_id),
            "locator": booking.locator,
            "exchange_id": str(exchange.exchange_id),
            "status": "pending",
            "to_pay": exchange.charge_money.as_json(),
        }
        if next_action is not None:
            content["next_action"] = {"type": next_action.type, "url": next_action.url}
        return Stored(202, self._encode(content))

    def refused(self, error: WayfareError) -> Stored:
        """An error as it is kept for a repeated request, with the correlation id that belongs to it: told again, it is
        the same to the byte."""
        facts = {**error.facts, "correlation_id": correlation_id.get()}
        content = {"code": error.code, "detail": error.detail, "facts": facts}
        return Stored(_ERROR_STATUS.get(error.code, 409), self._encode(content))

    def describe(self, booking: Booking, refunds: Iterable[Refund] = ()) -> dict[str, Any]:
        """The whole booking as the API shows it."""
        legs = [self._reader.describe(leg) for leg in booking.offer.legs]
        currency = booking.offer.currency
        items = booking.items()
        shown_items = [
            {
                "passenger": item.passenger + 1,
                "leg": item.leg + 1,
                "state": booking.state_of_item(index),
                "coach": item.coach or None,
                "label": item.label or None,
                "price": Money(item.price, currency).as_json(),
            }
            for index, item in enumerate(items)
        ]
        price, refunded = booking.total.as_json(), Money(booking.refunded, currency).as_json()
        # A booking that was just made has paid its price and kept no fees: nothing is written twice on the hot path.
        paid = Money(sum(charge.amount for charge in booking.charges), currency).as_json() if booking.charges else price
        return {
            "booking_id": str(booking.booking_id),
            "locator": booking.locator,
            "status": PUBLIC_STATUS[booking.state],
            "created_at": rfc3339(booking.created_s),
            "price": price,
            "paid": paid,
            "fees": Money(booking.fees, currency).as_json() if booking.fees != booking.refunded else refunded,
            "refunded": refunded,
            "refunds": refunds_json(booking, refunds) if booking.refunds else [],
            "exchanges": exchanges_json(booking) if booking.exchanges else [],
            "conversion": None if booking.offer.conversion is None else booking.offer.conversion.as_json(),
            "fare_family": booking.offer.fare_family,
            "legs": [self._leg(booking, index, facts) for index, facts in enumerate(legs)],
            "passengers": [
                {
                    "passenger": index + 1,
                    "given_name": passenger.given_name,
                    "family_name": passenger.family_name,
                    "category": passenger.category,
                    "birth_date": passenger.birth_date,
                }
                for index, passenger in enumerate(booking.passengers)
            ],
            "contact": {"email": booking.contact.email, "phone": booking.contact.phone},
            "items": shown_items,
            "tickets": _tickets(booking, shown_items) if booking.state == "ticketed" else [],
            "conditions": conditions_json(booking.offer, legs[0].origin.tz),
        }

    def _with_access(self, booking: Booking, content: dict[str, Any]) -> dict[str, Any]:
        token, expires_s = self.grant(booking.booking_id)
        content["access_token"] = token
        content["access_token_expires_at"] = rfc3339(expires_s)
        return content

    def _leg(self, booking: Booking, index: int, facts: LegFacts) -> dict[str, Any]:
        shown = _leg(booking.offer.legs[index], facts)
        shown["units"] = [
            {
                "passenger": unit.passenger + 1,
                "unit": unit.unit_id,
                "coach": unit.coach,
                "label": unit.label,
                "from_call": unit.from_call,
                "to_call": unit.to_call,
            }
            for unit in booking.units
            if unit.leg == index
        ]
        return shown


def _leg(leg: OfferLeg, facts: LegFacts) -> dict[str, Any]:
    return {
        "departure_id": facts.departure,
        "mode": facts.mode,
        "operator": facts.operator,
        "line": facts.line,
        "service_number": facts.service_number,
        "headsign": facts.headsign,
        "from": _call(facts.origin, "departs_at"),
        "to": _call(facts.destination, "arrives_at"),
        "from_call": leg.from_call,
        "to_call": leg.to_call,
        "cabin": leg.cabin,
        "cabin_name": facts.cabin_name,
    }


def _tickets(booking: Booking, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    base = f"/v1/bookings/{booking.locator}/tickets"
    return [
        {
            "passenger": item["passenger"],
            "leg": item["leg"],
            "number": booking.ticket_no(item["passenger"] - 1, item["leg"] - 1),
            "url": f"{base}/{index}.pdf",
        }
        for index, item in enumerate(items, 1)
        if item["state"] == "ticketed"
    ]


def _call(facts: CallFacts, when: str) -> dict[str, Any]:
    return {
        "id": facts.place_id,
        "name": facts.name,
        "code": facts.code,
        "platform": facts.platform,
        when: facts.time,
    }


_ERRORS = error_classes()


def raise_refusal(answer: Stored) -> None:
    """Raises the error an answer stands for, if it does."""
    if answer.status >= 400:
        content = msgspec.json.decode(answer.body)
        raise _ERRORS.get(content["code"], WayfareError)(content["detail"], **content["facts"])
