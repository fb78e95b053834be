"""Identifiers. Those of departures and holds begin with the day, so that tables can be cut by it.

departure_id   bigint   day number << 32 | service number
hold_id        uuid     4 bytes day number of the first departure, 12 random (or derived) bytes
booking_id …   uuid     version 7: begins with the millisecond it was made
locator        text     six characters, a keyed permutation of a sequence
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from datetime import date
from functools import lru_cache
from uuid import UUID

from wayfare.kernel.errors import NotFound
from wayfare.kernel.time import day_number, day_of

_SERVICE_BITS = 32
_SERVICE_MASK = (1 << _SERVICE_BITS) - 1
_PUBLIC_DEPARTURE = re.compile(r"(\d{4})(\d{2})(\d{2})-(\d{1,10})")


def departure_id(day: int, service_no: int) -> int:
    """The departure of a service on a day number."""
    if not 0 < service_no <= _SERVICE_MASK or not 0 <= day < 1 << 16:
        raise ValueError(f"no departure of service {service_no} on day {day}")
    return day << _SERVICE_BITS | service_no


def departure_day(departure: int) -> int:
    return departure >> _SERVICE_BITS


def departure_service(departure: int) -> int:
    return departure & _SERVICE_MASK


@lru_cache(maxsize=16_384)
def format_departure(departure: int) -> str:
    """The public form: "20261121-4711"."""
    return f"{day_of(departure_day(departure)):%Y%m%d}-{departure_service(departure)}"


def parse_departure(text: str) -> int:
    """Read the public form. Raises `NotFound` when it cannot be one."""
    match = _PUBLIC_DEPARTURE.fullmatch(text)
    if match is None:
        raise NotFound(f"there is no departure {text[:40]!r}")
    year, month, day, service = map(int, match.groups())
    try:
        return departure_id(day_number(date(year, month, day)), service)
    except ValueError:
        raise NotFound(f"there is no departure {text!r}") from None


def new_hold_id(first_departure: int) -> UUID:
    return UUID(bytes=departure_day(first_departure).to_bytes(4, "big") + os.urandom(12))


def derived_hold_id(first_departure: int, idempotency_key: str) -> UUID:
    """The same key gives the same hold: a repeated request meets its own row."""
    digest = hashlib.blake2b(idempotency_key.encode(), digest_size=12, person=b"wayfare-hold").digest()
    return UUID(bytes=departure_day(first_departure).to_bytes(4, "big") + digest)


def hold_day(hold_id: UUID) -> int:
    """The day number of the hold's first departure."""
    return int.from_bytes(hold_id.bytes[:4], "big")


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of Unix milliseconds, then random bits."""
    value = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def parse_uuid(text: str, what: str) -> UUID:
    """Read a UUID that came from outside. Raises `NotFound`: an id we never gave names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"there is no {what} {text[:40]!r}") from None


LOCATOR_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LOCATOR_SPACE = 32**6
_HALF_BITS = 15
_HALF_MASK = (1 << _HALF_BITS) - 1


class LocatorPermutation:
    """Turns 0, 1, 2 … into six-character locators that never repeat and cannot be guessed in order.

    A four-round Feistel network over 30 bits with keyed BLAKE2b as its round function (Luby and
    Rackoff, 1988: four rounds of a pseudo-random function give a strong pseudo-random permutation).
    The alphabet has neither 0/O nor 1/I.
    """

    def __init__(self, key: bytes) -> None:
        self._keys = [hashlib.blake2b(bytes([i]) + key, digest_size=16).digest() for i in range(4)]

    def locator(self, number: int) -> str:
        """The locator of a sequence number, 0 ≤ number < 32**6."""
        if not 0 <= number < LOCATOR_SPACE:
            raise ValueError("the sequence of locators is used up")
        left, right = number >> _HALF_BITS, number & _HALF_MASK
        for key in self._keys:
            digest = hashlib.blake2b(right.to_bytes(2, "big"), key=key, digest_size=2).digest()
            left, right = right, left ^ (int.from_bytes(digest, "big") & _HALF_MASK)
        mixed = left << _HALF_BITS | right
        return "".join(LOCATOR_ALPHABET[mixed >> shift & 31] for shift in (25, 20, 15, 10, 5, 0))


def is_locator(text: str) -> bool:
    return len(text) == 6 and all(char in LOCATOR_ALPHABET for char in text)
