"""An endpoint: where a partner wants to be told, of what, and for how long we put up with failures."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from wayfare.kernel.errors import ValidationFailed

URL_MAX = 2_000
DISABLED_AFTER = timedelta(hours=120)
"""Of nothing but failures. Longer than one delivery is tried, so that failed deliveries come before it."""
GONE = 410
RESTS_AFTER = 5
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """`events` and `operators`: what it wants; empty is everything. `secrets`: the newest first.

    `failures`: in a row, since `failing_since`.
    """

    id: int
    url: str
    events: frozenset[str]
    operators: frozenset[str]
    secrets: tuple[str, ...]
    created_at: datetime
    failures: int
    failing_since: datetime | None
    disabled_at: datetime | None

    def wants(self, event_type: str, happened_at: datetime) -> bool:
        """Whether it asked for such events, and before this one happened."""
        return (
            self.disabled_at is None
            and happened_at >= self.created_at
            and (not self.events or event_type in self.events)
        )

    def wants_of(self, operators: Collection[str]) -> bool:
        """Whether an event of these operators is for it."""
        return not self.operators or not self.operators.isdisjoint(operators)

    def reason_to_disable(self, status: int, now: datetime) -> str:
        """Why, after another failure with this status, nothing is sent any more; "" when it goes on."""
        if status == GONE:
            return "answered 410 Gone"
        if self.failing_since is not None and now - self.failing_since >= DISABLED_AFTER:
            return f"nothing but failures for {DISABLED_AFTER // timedelta(hours=1)} hours"
        return ""


def rest_after(failures: int) -> timedelta:
    """How long an endpoint that failed so often in a row is left alone, whatever waits for it."""
    if failures < RESTS_AFTER:
        return timedelta()
    return min(FIRST_REST * pow(2.0, min(failures - RESTS_AFTER, 10)), LONGEST_REST)


def check_url(url: str, *, http: bool, private: bool) -> None:
    """Raises ValidationFailed for an address nothing may be sent to, as far as that shows without asking DNS."""
    parts = urlsplit(url)
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise ValidationFailed.of("url", f"must be at most {URL_MAX} ASCII characters without spaces")
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not http):
        raise ValidationFailed.of("url", "must begin with https://")
    if parts.username is not None or parts.fragment:
        raise ValidationFailed.of("url", "must have neither a user nor a fragment")
    try:
        host = parts.hostname
        port = parts.port
    except ValueError:
        raise ValidationFailed.of("url", "names no host and port") from None
    if not host or port == 0:
        raise ValidationFailed.of("url", "names no host and port")
    if is_address(host) and not private and not is_public(host):
        raise ValidationFailed.of("url", f"{host} is not an address of the public internet")


def is_address(host: str) -> bool:
    """Whether a host is an IP address rather than a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_TUNNELS = [ipaddress.ip_network(block) for block in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]
"""NAT64, 6to4 and Teredo: addresses that carry another one inside."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet: no loopback, private, link-local, shared, multicast or
    reserved one, and none that hides another one (IANA special-purpose registries, RFC 6890).
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif any(parsed in block for block in _TUNNELS):
            return False
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved and not parsed.is_unspecified
