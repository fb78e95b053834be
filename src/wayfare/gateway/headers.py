"""Headers that every answer has, and those of routes that will go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wayfare.infrastructure.http import DEPRECATION

Headers = list[tuple[bytes, bytes]]

_ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
]
_TLS_ONLY = (b"strict-transport-security", b"max-age=31536000")
EXPOSED = ("etag", "location", "retry-after", "ratelimit", "ratelimit-policy", "deprecation", "sunset", "link")
"""What scripts of other sites may read, beside the correlation id (CORS)."""


def headers_of_all(*, worker: int, tls: bool) -> Headers:
    """`tls`: customers reach us by https, and shall never again come without (RFC 6797)."""
    return [*_ALWAYS, (b"x-worker", str(worker).encode()), *([_TLS_ONLY] if tls else [])]


def deprecation_headers(route: Any) -> Iterable[tuple[bytes, bytes]]:
    """Deprecation (RFC 9745), Sunset (RFC 8594) and Link of a route declared with `deprecated_since`."""
    extra: dict[str, Any] = (getattr(route, "openapi_extra", None) or {}).get(DEPRECATION, {})
    return [(name.encode(), value.encode()) for name, value in extra.items()]
