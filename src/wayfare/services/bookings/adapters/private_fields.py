"""Birth dates and phone numbers lie encrypted, under the newest key of the key file: AES-256-GCM.

Those of one booking are one ciphertext beside what is needed in the clear (names, the e-mail address); an answer that
tells them is encrypted as a whole while it is kept. Which row it is, is authenticated with it. Rows from before are
read as they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from wayfare.infrastructure.field_encryption import KeyFile
from wayfare.services.bookings.application.ports import Stored
from wayfare.services.bookings.domain.booking import Booking, Contact, Passenger


class _Private(msgspec.Struct, frozen=True, array_like=True):
    birth_dates: tuple[str | None, ...]
    phone: str | None


_ENCODE = msgspec.json.Encoder().encode
_PRIVATE = msgspec.json.Decoder(_Private)
_PASSENGERS = msgspec.json.Decoder(tuple[Passenger, ...])
_CONTACT = msgspec.json.Decoder(Contact)
_BOOKING = msgspec.json.Decoder(Booking)


class StoredPeople(NamedTuple):
    """Columns of `booking_detail`. `sealed`: None where nobody told a birth date or a phone number."""

    passengers: str
    contact: str
    sealed: bytes | None


class PrivateFields:
    def __init__(self, keys: KeyFile) -> None:
        self._keys = keys

    def hide(self, booking_id: UUID, passengers: Sequence[Passenger], contact: Contact) -> StoredPeople:
        """What is stored of them."""
        sealed = self._seal(booking_id, passengers, contact)
        if sealed is not None:
            passengers, contact = [without_birth_date(one) for one in passengers], Contact(contact.email)
        return StoredPeople(_ENCODE(passengers).decode(), _ENCODE(contact).decode(), sealed)

    def hide_whole(self, booking: Booking) -> tuple[bytes, bytes | None]:
        """A booking as it is kept elsewhere: its JSON, and what is encrypted of it."""
        sealed = self._seal(booking.booking_id, booking.passengers, booking.contact)
        if sealed is not None:
            passengers = tuple(without_birth_date(one) for one in booking.passengers)
            booking = msgspec.structs.replace(booking, passengers=passengers, contact=Contact(booking.contact.email))
        return _ENCODE(booking), sealed

    def show_whole(self, content: bytes | str, sealed: bytes | None) -> Booking:
        """Raises `ConfigurationError` where the key file lacks the key."""
        booking = _BOOKING.decode(content)
        passengers, contact = self._open(booking.booking_id, booking.passengers, booking.contact, sealed)
        return msgspec.structs.replace(booking, passengers=passengers, contact=contact)

    def show(self, row: Any) -> tuple[tuple[Passenger, ...], Contact]:
        """Who travels and whom to tell, of a row of `booking_detail`. Raises `ConfigurationError` where the key file
        lacks the key.
        """
        passengers, contact = _PASSENGERS.decode(row["passengers"]), _CONTACT.decode(row["contact"])
        return self._open(row["booking_id"], passengers, contact, row["sealed"])

    def hide_answer(self, payment_id: UUID, answer: Stored, booking: Booking) -> tuple[str, bytes | None]:
        """The columns `body` and `sealed` of an answer that shows a booking."""
        if not _is_private(booking.passengers, booking.contact):
            return answer.body.decode(), None
        return "", self._keys.wrap(answer.body, _answer(payment_id))

    def show_answer(self, row: Any) -> Stored:
        """Raises `ConfigurationError` where the key file lacks the key."""
        sealed = row["sealed"]
        body = row["body"].encode() if sealed is None else self._keys.unwrap(sealed, _answer(row["payment_id"]))
        return Stored(row["status"], body)

    def _seal(self, booking_id: UUID, passengers: Sequence[Passenger], contact: Contact) -> bytes | None:
        if not _is_private(passengers, contact):
            return None
        private = _Private(tuple([one.birth_date for one in passengers]), contact.phone)
        return self._keys.wrap(_ENCODE(private), _detail(booking_id))

    def _open(
        self, booking_id: UUID, passengers: tuple[Passenger, ...], contact: Contact, sealed: bytes | None
    ) -> tuple[tuple[Passenger, ...], Contact]:
        if sealed is None:
            return passengers, contact
        private = _PRIVATE.decode(self._keys.unwrap(sealed, _detail(booking_id)))
        dated = zip(passengers, private.birth_dates, strict=True)
        shown = tuple(msgspec.structs.replace(one, birth_date=birth_date) for one, birth_date in dated)
        return shown, Contact(contact.email, private.phone)

    def current_prefix(self) -> bytes:
        """What is encrypted under the newest key begins with it."""
        return self._keys.current_prefix()


def _is_private(passengers: Sequence[Passenger], contact: Contact) -> bool:
    return contact.phone is not None or any(one.birth_date is not None for one in passengers)


def without_birth_date(one: Passenger) -> Passenger:
    return Passenger(one.given_name, one.family_name, one.category, None, one.issue, one.issued_s)


def _detail(booking_id: UUID) -> bytes:
    return b"bookings:detail:" + booking_id.bytes


def _answer(payment_id: UUID) -> bytes:
    return b"bookings:answer:" + payment_id.bytes
