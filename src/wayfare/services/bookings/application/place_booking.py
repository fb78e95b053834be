"""Book: from a hold or an offer, passengers and a payment token to tickets."""

from __future__ import annotations

import hashlib
import time
from uuid import UUID

import msgspec
import structlog

from wayfare.contracts.inventory.api import FindHold, Hold, Holder, InventoryApi, LegRequest, PlaceHold, Preferences
from wayfare.contracts.offers.api import Offer
from wayfare.contracts.payments.api import FindReadiness, PaymentsApi
from wayfare.infrastructure.seal import Seal
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.card_numbers import refuse_card_number
from wayfare.kernel.errors import (
    DepartureClosed,
    HoldExpired,
    HoldUsed,
    IdempotencyConflict,
    OfferExpired,
    PaymentPending,
    Unavailable,
)
from wayfare.kernel.ids import uuid7
from wayfare.kernel.time import Clock, utc
from wayfare.services.bookings.application.answer_once import AnswerOnce, digest_of
from wayfare.services.bookings.application.answers import Answers, raise_refusal
from wayfare.services.bookings.application.leases import Leases
from wayfare.services.bookings.application.ports import (
    PENDING,
    Attempt,
    BookingStore,
    HoldBusy,
    Locators,
    NewBookingRow,
    OpenSaga,
    Payer,
    SagaKind,
    Stored,
)
from wayfare.services.bookings.application.run_saga import RunSaga
from wayfare.services.bookings.domain.booking import Booking, Contact, Passenger
from wayfare.services.bookings.domain.passengers import check_contact, check_passenger, in_offer_order

log = structlog.get_logger()

GUEST = "guest"
UNKNOWN_PAYER = Payer()
READY_S = 0.5
"""How long a gateway that has answered is taken to be up: payments may be another process away."""


class NewBooking(msgspec.Struct, frozen=True):
    """What a client asks for: one of `hold_id` and `offer_id` is given."""

    passengers: tuple[Passenger, ...]
    contact: Contact
    method: str
    token: str
    hold_id: UUID | None = None
    offer_id: str | None = None
    units: tuple[tuple[str, ...], ...] | None = None
    preferences: Preferences = Preferences()
    holder: Holder = Holder()


class PlaceBooking:
    def __init__(
        self,
        store: BookingStore,
        inventory: InventoryApi,
        payments: PaymentsApi,
        run_saga: RunSaga,
        leases: Leases,
        once: AnswerOnce,
        answers: Answers,
        locators: Locators,
        offer_seal: Seal[Offer],
        clock: Clock,
    ) -> None:
        self._store, self._inventory, self._run_saga = store, inventory, run_saga
        self._answers, self._locators, self._offer_seal, self._clock = answers, locators, offer_seal, clock
        self._once, self._payments, self._leases = once, payments, leases
        self._ready_until: dict[str, float] = {}

    async def __call__(
        self,
        request: NewBooking,
        key: str | None,
        fingerprint: str,
        owner_id: UUID | None = None,
        payer: Payer = UNKNOWN_PAYER,
    ) -> Stored:
        """The answer, 201 or 202, with its bytes. `owner_id`: the customer it belongs to, None for a guest's.

        Raises ValidationFailed, OfferInvalid, OfferExpired, NotFound, HoldExpired, HoldUsed, PaymentDeclined,
        PaymentPending, IdempotencyConflict, SoldOut, UnitsTaken, DepartureClosed, TooManyHolds, AdmissionNeeded,
        AdmissionRefused, Unavailable.
        """
        refuse_card_number(request.token)
        check_contact(request.contact)
        digest = None if key is None else digest_of(key, str(owner_id or GUEST))
        answer = await self._once(
            digest, fingerprint, lambda: self._book(request, digest, fingerprint, owner_id, payer)
        )
        raise_refusal(answer)
        return answer

    async def _book(
        self, request: NewBooking, digest: bytes | None, fingerprint: str, owner_id: UUID | None, payer: Payer
    ) -> Stored:
        await self._check_gateway(request.method)
        hold, offer, passengers = await self._held(request, digest)
        payer = msgspec.structs.replace(payer, held_until_s=hold.expires_s)
        attempt = Attempt(uuid7(), request.method, request.token, digest, fingerprint, correlation_id.get(), payer)
        booking = Booking(
            booking_id=uuid7(),
            locator=await self._locators.next_locator(),
            state="pending",
            hold_id=hold.hold_id,
            payment_id=attempt.payment_id,
            refunded=0,
            created_s=self._clock.now_s(),
            offer=offer,
            passengers=passengers,
            contact=request.contact,
            units=hold.units,
            owner_id=owner_id,
        )
        try:
            await self._store.create(NewBookingRow(booking, attempt))
            saga = OpenSaga(booking, SagaKind.BOOK, attempt)
        except HoldBusy:
            saga = await self._continue(hold.hold_id, attempt, passengers, request.contact)
        return await self._finish(saga)

    async def _check_gateway(self, method: str) -> None:
        """Nothing is begun with a gateway that is down. Raises Unavailable."""
        if time.monotonic() < self._ready_until.get(method, 0.0):
            return
        ready = await self._payments.find_readiness(FindReadiness(method))
        if ready.retry_after_s > 0:
            raise Unavailable("payments are not possible at the moment", retry_after_s=ready.retry_after_s)

    async def _held(self, request: NewBooking, digest: bytes | None) -> tuple[Hold, Offer, tuple[Passenger, ...]]:
        """The hold, the offer it was made from and the passengers in the offer's order.

        The price comes from the sealed offer alone. With a hold the offer's own expiry no longer counts: the
        hold keeps its price.
        """
        if request.hold_id is None:
            offer = self._offer_seal.open(request.offer_id or "")
            if offer.expires_s <= self._clock.now_s():
                raise OfferExpired()
            self._check_not_left(offer)
            passengers = self._checked(request, offer)
            hold = await self._place_hold(request, offer, digest)
            if hold.offer_token != request.offer_id:
                raise IdempotencyConflict("this Idempotency-Key holds the seats of another offer")
            _check_held(hold)
            return hold, offer, passengers
        hold = await self._inventory.get_hold(FindHold(request.hold_id, remembered=True))
        _check_held(hold)
        offer = self._offer_seal.open(hold.offer_token)
        self._check_not_left(offer)
        return hold, offer, self._checked(request, offer)

    def _check_not_left(self, offer: Offer) -> None:
        if offer.departs_s <= self._clock.now_s():
            raise DepartureClosed("the first departure has left")

    def _checked(self, request: NewBooking, offer: Offer) -> tuple[Passenger, ...]:
        travel = utc(offer.departs_s).date()
        for number, passenger in enumerate(request.passengers):
            check_passenger(number, passenger, travel)
        return in_offer_order(request.passengers, offer.passengers)

    async def _place_hold(self, request: NewBooking, offer: Offer, digest: bytes | None) -> Hold:
        legs = tuple(LegRequest(leg.departure_id, leg.from_call, leg.to_call, leg.cabin) for leg in offer.legs)
        return await self._inventory.place_hold(
            PlaceHold(
                legs=legs,
                passengers=len(offer.passengers),
                offer_token=request.offer_id or "",
                units=request.units,
                preferences=request.preferences,
                idempotency_key=None if digest is None else f"booking:{digest.hex()}",
                fingerprint=_hold_fingerprint(request),
                holder=request.holder,
            )
        )

    async def _continue(
        self, hold_id: UUID, attempt: Attempt, passengers: tuple[Passenger, ...], contact: Contact
    ) -> OpenSaga:
        """The booking that already waits on this hold, with another card."""
        waiting = await self._store.find_saga(hold_id)
        if waiting is not None and waiting.kind is SagaKind.WAIT:
            taken = await self._store.try_again(waiting, attempt, passengers, contact)
            if taken is not None:
                return taken
        raise PaymentPending("a booking of this hold is being paid right now")

    async def _finish(self, saga: OpenSaga) -> Stored:
        error = ""
        try:
            with self._leases.kept(saga.booking.hold_id):
                answer = await self._run_saga(saga)
        except Exception as caught:  # noqa: BLE001  whatever it was, the booking exists: recovery takes over
            answer, error = self._answers.pending(saga.booking), f"{type(caught).__name__}: {caught}"
            log.warning("saga.interrupted", booking_id=str(saga.booking.booking_id), error=error)
        if answer.status != PENDING:
            self._ready_until[saga.attempt.method] = time.monotonic() + READY_S
        else:
            self._ready_until.clear()  # perhaps no answer came: the next booking asks whether the gateway is still up
            try:
                await self._store.postpone(saga.booking.hold_id, 1, error)
            except Unavailable:  # the booking exists all the same; its lease runs out by itself
                log.warning("saga.not_postponed", booking_id=str(saga.booking.booking_id))
        return answer


def _hold_fingerprint(request: NewBooking) -> str:
    """Tells one choice of seats from another: under one key only the same choice gives the same hold.

    Passengers and card are not part of it: who repeats a booking with another card keeps the seats.
    """
    chosen = msgspec.json.encode((request.offer_id, request.units, request.preferences))
    return hashlib.blake2b(chosen, digest_size=16).hexdigest()


def _check_held(hold: Hold) -> None:
    """Raises HoldUsed, HoldExpired."""
    if hold.state == "confirmed":
        raise HoldUsed()
    if hold.state != "held":
        raise HoldExpired()
