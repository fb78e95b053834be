"""Places and what a visitor is told of them."""

from __future__ import annotations

import math

import msgspec

POLL_S_MIN, POLL_S_MAX = 0.5, 10.0


class PlaceToken(msgspec.Struct, frozen=True, array_like=True):
    """What a sealed place says: this number of this room, taken on the device with this digest."""

    room_id: int
    number: int
    device: bytes


class Joining(msgspec.Struct, frozen=True):
    """Somebody at the end of the queue; `device`, `customer` and `address` are digests.

    `counted`: whether places of the address are limited.
    """

    room_id: int
    device: bytes
    customer: bytes | None
    address: bytes
    counted: bool = True


def poll_after_s(estimate_s: float) -> float:
    """When to ask again: after a quarter of the wait. Whoever comes near asks often, nobody else does, and nobody is
    late when visitors are let in up to four times as fast from now on."""
    return round(min(POLL_S_MAX, max(POLL_S_MIN, estimate_s / 4)), 1)


def whole_seconds(estimate_s: float) -> int:
    """What a visitor is told: never less than it is."""
    return math.ceil(estimate_s)
