"""Find places by name, code or position."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

import msgspec

from wayfare.kernel.errors import ValidationFailed
from wayfare.services.offers.application.ports import Edition, Editions, PlaceMatch

_REACH_MAX = 500


class PlaceSearch(msgspec.Struct, frozen=True):
    query: str | None
    near: tuple[float, float] | None = None  # latitude and longitude in degrees
    limit: int = 10
    cursor: str | None = None


class PlacesFound(msgspec.Struct, frozen=True):
    edition: Edition
    matches: Sequence[PlaceMatch]
    next_cursor: str | None


class FindPlaces:
    def __init__(self, editions: Editions) -> None:
        self._editions = editions

    async def __call__(self, search: PlaceSearch) -> PlacesFound:
        """Raises `ValidationFailed` when neither a name nor a position is given, `Unavailable`."""
        if search.query is None and search.near is None:
            raise ValidationFailed.of("q", "give a name, a code or a position (near)")
        edition = await self._editions.get_current()
        start = 0 if search.cursor is None else _parse_offset(search.cursor)
        end = start + search.limit
        found = edition.places.find_places(search.query, search.near, end + 1)
        onward = _offset_text(end) if len(found) > end and end < _REACH_MAX else None
        return PlacesFound(edition, found[start:end], onward)


def _offset_text(offset: int) -> str:
    return urlsafe_b64encode(b"o%d" % offset).rstrip(b"=").decode()


def _parse_offset(cursor: str) -> int:
    try:
        decoded = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if decoded[:1] == b"o" and 0 < int(decoded[1:]) < _REACH_MAX:
            return int(decoded[1:])
    except ValueError:
        pass
    raise ValidationFailed.of("cursor", "not a cursor of this list")
