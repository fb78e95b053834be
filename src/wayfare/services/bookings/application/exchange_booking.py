"""Exchange a booking: offer other trips with what changing to them costs, then change to one."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import structlog

from wayfare.contracts.inventory.api import Hold, Holder, InventoryApi, LegRequest, PlaceHold, Preferences
from wayfare.contracts.offers.api import FindOffers, FoundOffer, Offer, OffersApi
from wayfare.contracts.payments.api import FindReadiness, PaymentsApi
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.card_numbers import refuse_card_number
from wayfare.kernel.errors import HoldExpired, HoldUsed, Unavailable, ValidationFailed
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock, rfc3339
from wayfare.services.bookings.application.answer_once import AnswerOnce, digest_of
from wayfare.services.bookings.application.answers import Answers, raise_refusal
from wayfare.services.bookings.application.leases import Leases
from wayfare.services.bookings.application.ports import (
    PENDING,
    AfterSalesStore,
    Attempt,
    BookingChanged,
    BookingStore,
    OpenExchange,
    Stored,
)
from wayfare.services.bookings.application.run_exchange import RunExchange
from wayfare.services.bookings.domain.booking import Booking, ExchangeFacts
from wayfare.services.bookings.domain.errors import ExchangeOfferExpired
from wayfare.services.bookings.domain.exchanges import Exchange, ExchangeOffer, check_accepted, fee_permille, quote

log = structlog.get_logger()


class TripSearch(msgspec.Struct, frozen=True):
    """Which trips to offer, for the same passengers; where it does not say from or to, as booked."""

    date: str
    origin: str | None = None
    destination: str | None = None
    time: str | None = None
    max_transfers: int = 3
    modes: tuple[str, ...] | None = None
    cabin: str | None = None
    limit: int = 10


class ExchangeRequest(msgspec.Struct, frozen=True):
    """`method` and `token` are needed only when there is something to pay."""

    exchange_offer_id: str
    units: tuple[tuple[str, ...], ...] | None = None
    preferences: Preferences = Preferences()
    holder: Holder = Holder()
    method: str | None = None
    token: str | None = None


class ExchangeBooking:
    def __init__(
        self,
        sagas: BookingStore,
        store: AfterSalesStore,
        offers: OffersApi,
        inventory: InventoryApi,
        payments: PaymentsApi,
        run_exchange: RunExchange,
        leases: Leases,
        once: AnswerOnce,
        answers: Answers,
        offer_seal: Seal[Offer],
        secret: bytes,
        clock: Clock,
    ) -> None:
        self._sagas, self._store, self._offers, self._inventory = sagas, store, offers, inventory
        self._payments, self._run_exchange, self._leases, self._once = payments, run_exchange, leases, once
        self._answers, self._offer_seal, self._clock = answers, offer_seal, clock
        self._seal: Seal[ExchangeOffer] = Seal(secret, "exchange-offer", ExchangeOffer, ValidationFailed)

    async def quote(self, booking: Booking, search: TripSearch) -> dict[str, Any]:
        """Trips with, for each offer, fee and difference, sealed for ten minutes.

        Raises BookingNotExchangeable, ValidationFailed, NotFound, AmbiguousPlace, Unavailable.
        """
        fee_permille(booking, self._clock.now_s())
        origin, destination = self._answers.ends_of(booking)
        found = await self._offers.find_offers(
            FindOffers(
                origin=search.origin or origin,
                destination=search.destination or destination,
                day=search.date,
                passengers=tuple(booking.passengers[number].category for number in booking.travelling),
                currency=booking.offer.currency,
                earliest=search.time,
                max_transfers=search.max_transfers,
                modes=search.modes,
                cabin=search.cabin,
                limit=search.limit,
            )
        )
        return {"trips": [self._trip(booking, offers) for offers in found.trips]}

    def _trip(self, booking: Booking, found: tuple[FoundOffer, ...]) -> dict[str, Any]:
        opened = [(one, self._offer_seal.open(one.offer_id)) for one in found]
        return {
            "legs": self._answers.legs_of(opened[0][1]),
            "offers": [self._offer(booking, one, offer) for one, offer in opened],
        }

    def _offer(self, booking: Booking, found: FoundOffer, offer: Offer) -> dict[str, Any]:
        quoted = quote(booking, offer, found.offer_id, self._clock.now_s())
        return {
            "exchange_offer_id": self._seal.seal(quoted),
            "cabin_name": found.cabin_name,
            "fare_family": offer.fare_family,
            "fare_family_name": found.fare_family_name,
            "seats_left": found.seats_left,
            "price": offer.total.as_json(),
            "fee": quoted.money(quoted.fee).as_json(),
            "to_pay": quoted.money(quoted.charge).as_json(),
            "to_refund": quoted.money(quoted.refund).as_json(),
            "conditions": self._answers.conditions_of(offer),
            "expires_at": rfc3339(quoted.expires_s, self._answers.origin_tz(booking)),
        }

    async def accept(self, booking: Booking, request: ExchangeRequest, key: str | None, fingerprint: str) -> Stored:
        """The answer, 200 with the booking on its new trip or 202 while its payment is pending.

        Raises ValidationFailed, BookingNotExchangeable, ExchangeOfferExpired, SoldOut, UnitsTaken, DepartureClosed,
        PaymentDeclined, HoldExpired, IdempotencyConflict, TooManyHolds, AdmissionNeeded, AdmissionRefused,
        Unavailable.
        """
        accepted = self._seal.open(request.exchange_offer_id)
        if accepted.booking_id != booking.booking_id:
            raise ValidationFailed.of("exchange_offer_id", "this offer is for another booking")
        if request.token is not None:
            refuse_card_number(request.token)
        if accepted.charge and (request.token is None or request.method is None):
            raise ValidationFailed.of("payment", f"{accepted.money(accepted.charge)} are to be paid")
        digest = None if key is None else digest_of(key, f"exchange {booking.booking_id}")
        answer = await self._once(
            digest, fingerprint, lambda: self._exchange(booking, accepted, request, digest, fingerprint)
        )
        raise_refusal(answer)
        return answer

    async def _exchange(
        self,
        booking: Booking,
        accepted: ExchangeOffer,
        request: ExchangeRequest,
        digest: bytes | None,
        fingerprint: str,
    ) -> Stored:
        check_accepted(booking, accepted, self._clock.now_s())
        if accepted.charge:
            await self._check_gateway(request.method or "")
        offer = self._offer_seal.open(accepted.offer_token)
        hold = await self._place_hold(accepted, offer, request, digest)
        opened = self._open(booking, accepted, offer, hold, request, digest, fingerprint)
        try:
            await self._store.begin_exchange(opened)
        except BookingChanged:
            raise ExchangeOfferExpired("the booking has changed since; ask for a new exchange offer") from None
        return await self._run(opened)

    def _open(
        self,
        booking: Booking,
        accepted: ExchangeOffer,
        offer: Offer,
        hold: Hold,
        request: ExchangeRequest,
        digest: bytes | None,
        fingerprint: str,
    ) -> OpenExchange:
        exchange = Exchange(
            exchange_id=uuid7(),
            booking_id=booking.booking_id,
            version=accepted.version,
            hold_id=hold.hold_id,
            payment_id=uuid7() if accepted.charge else None,
            offer=offer,
            units=hold.units,
            fee=accepted.fee,
            charge=accepted.charge,
            refund=accepted.refund,
            made_s=self._clock.now_s(),
        )
        facts = ExchangeFacts(
            exchange.exchange_id, "pending", exchange.fee, exchange.charge, exchange.refund, exchange.made_s, ""
        )
        attempt = Attempt(
            exchange.payment_id or exchange.exchange_id,
            request.method or "",
            request.token or "",
            digest,
            fingerprint,
            correlation_id.get(),
        )
        booking = msgspec.structs.replace(booking, exchanges=(*booking.exchanges, facts))
        return OpenExchange(booking, exchange, attempt)

    async def _check_gateway(self, method: str) -> None:
        """Nothing is begun with a gateway that is down. Raises Unavailable."""
        ready = await self._payments.find_readiness(FindReadiness(method))
        if ready.retry_after_s > 0:
            raise Unavailable("payments are not possible at the moment", retry_after_s=ready.retry_after_s)

    async def _place_hold(
        self, accepted: ExchangeOffer, offer: Offer, request: ExchangeRequest, digest: bytes | None
    ) -> Hold:
        chosen = msgspec.json.encode((accepted.offer_token, request.units, request.preferences))
        hold = await self._inventory.place_hold(
            PlaceHold(
                legs=tuple(LegRequest(leg.departure_id, leg.from_call, leg.to_call, leg.cabin) for leg in offer.legs),
                passengers=len(offer.passengers),
                offer_token=accepted.offer_token,
                units=request.units,
                preferences=request.preferences,
                idempotency_key=None if digest is None else f"exchange:{digest.hex()}",
                fingerprint=hashlib.blake2b(chosen, digest_size=16).hexdigest(),
                holder=request.holder,
            )
        )
        if hold.state == "confirmed":
            raise HoldUsed()
        if hold.state != "held":
            raise HoldExpired()
        return hold

    async def _run(self, opened: OpenExchange) -> Stored:
        error = ""
        try:
            with self._leases.kept(opened.booking.hold_id):
                answer = await self._run_exchange(opened)
        except Exception as caught:  # noqa: BLE001  whatever it was, the exchange is written: recovery takes over
            answer = self._answers.exchange_pending(opened.booking, opened.exchange)
            error = f"{type(caught).__name__}: {caught}"
            log.warning("exchange.interrupted", booking_id=str(opened.booking.booking_id), error=error)
        if answer.status == PENDING:
            await self._sagas.postpone(opened.booking.hold_id, 1, error)
        return answer
