"""What the bookings service needs from outside: a store, and a reader of the timetable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Protocol
from uuid import UUID

import msgspec

from wayfare.contracts.bookings.api import BookingFacts, OpenWork, TimelineEntry
from wayfare.contracts.offers.api import OfferLeg
from wayfare.services.bookings.domain.booking import Booking, Contact, Passenger
from wayfare.services.bookings.domain.exchanges import Exchange, TripLeft
from wayfare.services.bookings.domain.leg_facts import LegFacts


class SagaKind(Enum):
    """Why a booking is open: it is being paid, waits for another card, keeps promises, or is being exchanged.

    `SETTLE`: units are to be released and money is to go back, after a cancellation or an exchange.
    """

    BOOK = 0
    WAIT = 1
    SETTLE = 2
    EXCHANGE = 3


PENDING = 202
"""The status of an answer that is not the last one."""


class Stored(msgspec.Struct, frozen=True):
    """A final answer, kept for requests that come again. From status 400 on, `body` is an error by its code."""

    status: int
    body: bytes


class Payer(msgspec.Struct, frozen=True):
    """What the request told of who pays, for fraud rules; never stored. `held_until_s`: how long the seats are kept."""

    address: str = ""
    device: str = ""
    cardholder: str = ""
    held_until_s: int = 0


class Attempt(msgspec.Struct, frozen=True):
    """One way to pay for a booking, named by its payment; `key` is the digest of the Idempotency-Key.

    `correlation_id` is the request's, so that what recovery does later is found under it.
    """

    payment_id: UUID
    method: str
    token: str
    key: bytes | None = None
    fingerprint: str = ""
    correlation_id: str = ""
    payer: Payer = Payer()


class OpenSaga(msgspec.Struct, frozen=True):
    """A booking that is not finished."""

    booking: Booking
    kind: SagaKind
    attempt: Attempt
    attempts: int = 0  # how often it was resumed
    opened_on: UUID | None = None  # the hold it was opened on, where the booking may have another one by now

    @property
    def hold_id(self) -> UUID:
        """What the saga is kept under."""
        return self.opened_on or self.booking.hold_id


class OpenExchange(msgspec.Struct, frozen=True):
    """An exchange that is not finished; `attempt.payment_id` is that of the exchange."""

    booking: Booking
    exchange: Exchange
    attempt: Attempt
    attempts: int = 0


class Claimed(msgspec.Struct, frozen=True):
    """What an Idempotency-Key stands for."""

    fingerprint: str
    booking_id: UUID
    answer: Stored | None


class Told(msgspec.Struct, frozen=True):
    """An answer that is final at once, with the key it is kept under."""

    key: bytes
    fingerprint: str
    answer: Stored


class KeyClaimed(Exception):
    """The Idempotency-Key was used before; nothing was written."""


class HoldBusy(Exception):
    """Another booking of this hold is open; nothing was written."""


class NewBookingRow(msgspec.Struct, frozen=True):
    """A booking to be created with its saga."""

    booking: Booking
    attempt: Attempt


class TicketedRow(msgspec.Struct, frozen=True):
    """The end of a saga: items, the stored answer, no saga any more."""

    booking: Booking
    attempt: Attempt
    answer: Stored


class BookingChanged(Exception):
    """The booking is no longer as it was seen; nothing was written."""


class AfterSalesStore(Protocol):
    """Where bookings change after they were ticketed. Each method is one transaction."""

    async def cancel(self, before: Booking, after: Booking, told: Told | None) -> bool:
        """Write a cancellation, whole or for some, and open a saga that keeps its promise. False: it has changed.

        Raises KeyClaimed, Unavailable.
        """

    async def rename(self, before: Booking, after: Booking, passenger: int) -> bool:
        """Write other names. False: it has changed. Raises Unavailable while it is exchanged."""

    async def begin_exchange(self, opened: OpenExchange) -> None:
        """Raises KeyClaimed, BookingChanged, Unavailable."""

    async def switch(self, opened: OpenExchange, after: Booking, answer: Stored) -> bool:
        """Put the booking on its new trip; the saga goes on to keep what is promised. False: it has ended."""

    async def abandon(self, exchange: Exchange) -> bool:
        """From here on it cannot be switched any more. False: it has ended."""

    async def fail_exchange(self, opened: OpenExchange, reason: str, answer: Stored) -> bool:
        """Leave the booking as it is. False: it has ended."""

    async def find_exchange(self, booking_id: UUID) -> Exchange | None:
        """The exchange that is under way."""

    async def find_trips_left(self, booking_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[TripLeft]]:
        """The trips that these bookings were exchanged from, the first first."""

    async def close(self, hold_id: UUID, booking_id: UUID) -> None:
        """All promises are kept."""


class Trouble(msgspec.Struct, frozen=True):
    """What went wrong with a step; `code` and `detail` are the error's."""

    booking_id: UUID
    step: str
    attempt: int
    code: str
    detail: str
    correlation_id: str


class BookingStore(Protocol):
    """Where bookings are kept. Each method is one transaction."""

    async def create(self, row: NewBookingRow) -> None:
        """Raises KeyClaimed, HoldBusy, Unavailable."""

    async def ticket(self, row: TicketedRow) -> bool:
        """Finish a pending booking. False when somebody else has finished it."""

    async def end(self, saga: OpenSaga, answer: Stored, *, waiting_s: int | None) -> bool:
        """Write an unhappy end: failed, or waiting so long for another card. False when it is finished already."""

    async def try_again(
        self, saga: OpenSaga, attempt: Attempt, passengers: Sequence[Passenger], contact: Contact
    ) -> OpenSaga | None:
        """Continue a waiting booking with another card; None when it no longer waits. Raises KeyClaimed."""

    async def postpone(self, hold_id: UUID, delay_s: int, error: str) -> None:
        """Let recovery look at the saga after a while."""

    async def renew(self, hold_ids: Sequence[UUID]) -> None:
        """Lease the sagas of these holds anew, unless they wait for another card."""

    async def hasten(self, booking_ids: Sequence[UUID]) -> int:
        """Let recovery look at the sagas of these bookings now. Answers how many there were."""

    async def take_due(self, limit: int) -> Sequence[OpenSaga]:
        """Lease sagas nobody works on."""

    async def find_saga(self, hold_id: UUID) -> OpenSaga | None: ...

    async def find_claim(self, key: bytes) -> Claimed | None: ...

    async def find_answer(self, payment_id: UUID) -> Stored | None: ...

    async def find_booking(self, booking_id: UUID) -> Booking | None: ...

    async def find_bookings(self, booking_ids: Sequence[UUID]) -> Sequence[Booking]:
        """Those of them that there are."""

    async def find_by_locator(self, locator: str) -> Booking | None: ...

    async def find_to_show(self, locator: str, reader: UUID) -> Booking | None:
        """It may be a little old, but for what `reader` did to it."""

    async def find_address(self, locator: str) -> tuple[UUID, str] | None:
        """Which booking a locator leads to and its e-mail address: as much work when there is none, or nearly."""

    async def list_own(self, owner_id: UUID, before: UUID | None, limit: int) -> Sequence[Booking]:
        """The bookings of a customer, the newest first; those made before booking `before`. They may be a little old,
        but for what the customer did."""

    async def list_bookings(self, after: UUID | None, limit: int) -> tuple[BookingFacts, ...]: ...

    async def note_trouble(self, trouble: Trouble) -> None: ...

    async def list_troubles(self, booking_id: UUID) -> Sequence[TimelineEntry]: ...

    async def list_events(self, booking_id: UUID) -> Sequence[TimelineEntry]:
        """The events of a booking that are still kept."""

    async def find_open_work(self, booking: Booking) -> OpenWork | None: ...

    async def remove_old_answers(self, older_than_s: int) -> int: ...


class Guests(Protocol):
    async def claim(self, address: bytes, customer_id: UUID) -> Sequence[Booking]:
        """Guests' bookings under an address become the customer's. Each is claimed once, whoever asks meanwhile."""


class Locators(Protocol):
    async def next_locator(self) -> str: ...


class LegReader(Protocol):
    def describe(self, leg: OfferLeg) -> LegFacts:
        """Names and local times of a leg; bare ids when the timetable no longer knows the service."""


class BookingLists(Protocol):
    """Where customers' lists are read, which may be some moments old."""

    async def list_own(self, owner_id: UUID, before: UUID | None, limit: int) -> Sequence[Booking]:
        """The newest first; those made before booking `before`. Raises Unavailable."""
        ...
