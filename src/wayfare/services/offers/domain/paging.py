"""Orders of trips, and cursors that lead to the ones after or before those shown."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Generic, Literal, TypeVar

import msgspec

from wayfare.kernel.errors import ValidationFailed

T = TypeVar("T")
Sort = Literal["departure", "arrival", "price", "duration", "transfers"]
SORTS: tuple[Sort, ...] = ("departure", "arrival", "price", "duration", "transfers")
Key = tuple[int | str, ...]


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a page ended: the key of its last (or first) trip in one order."""

    sort: str
    onward: bool
    key: tuple[int | str, ...]

    def text(self) -> str:
        return urlsafe_b64encode(msgspec.msgpack.encode(self)).rstrip(b"=").decode()


_DECODER = msgspec.msgpack.Decoder(Cursor)


def parse_cursor(text: str, sort: str) -> Cursor:
    """Raises `ValidationFailed` for anything this did not write, or wrote for another order."""
    try:
        cursor = _DECODER.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, msgspec.DecodeError):
        raise ValidationFailed.of("cursor", "not a cursor of this list") from None
    if cursor.sort != sort:
        raise ValidationFailed.of("cursor", f"it belongs to sort={cursor.sort[:20]}")
    return cursor


class Page(msgspec.Struct, Generic[T], frozen=True):
    items: tuple[T, ...]
    next_cursor: str | None
    previous_cursor: str | None


def take_page(
    items: Sequence[T], key: Callable[[T], Key], sort: str, limit: int, cursor: Cursor | None, start: int = 0
) -> Page[T]:
    """`limit` of the items (in order of `key`): those beyond the cursor, else those from position `start`."""
    if cursor is not None:
        try:
            start = sum(1 for item in items if key(item) < cursor.key or (cursor.onward and key(item) == cursor.key))
        except TypeError:
            raise ValidationFailed.of("cursor", "not a cursor of this list") from None
        end = start + limit if cursor.onward else start
        start = start if cursor.onward else max(0, start - limit)
    else:
        end = start + limit
    return Page(
        tuple(items[start:end]),
        Cursor(sort, True, key(items[end - 1])).text() if 0 < end < len(items) else None,
        _back(items, key, sort, start) if start > 0 else None,
    )


def _back(items: Sequence[T], key: Callable[[T], Key], sort: str, start: int) -> str:
    # Where nothing is left to show, a longer key stands behind the last item.
    before = key(items[start]) if start < len(items) else (*key(items[-1]), 0)
    return Cursor(sort, False, before).text()
