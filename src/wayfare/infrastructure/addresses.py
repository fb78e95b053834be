"""Where requests come from, as limits count it."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_HOST_BITS_V6 = 64
"""A household or a machine has a /64 of IPv6 to itself, and may change its address within it at will (RFC 8981)."""


@lru_cache(maxsize=16_384)
def network_of(address: str) -> str:
    """What counts as one address: itself for IPv4, the /64 for IPv6, the text where it is neither."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((int(parsed) >> 64 << 64, _HOST_BITS_V6)))
    return address


class Networks:
    """A list of networks, such as 10.0.0.0/8; `address in networks`."""

    def __init__(self, listed: str) -> None:
        """`listed`: comma-separated. Raises ValueError that names what is wrong."""
        self._networks = tuple(ip_network(part.strip()) for part in listed.split(",") if part.strip())
        self._contains = lru_cache(maxsize=16_384)(self._look)

    def __contains__(self, address: object) -> bool:
        return bool(self._networks) and isinstance(address, str) and self._contains(address)

    def _look(self, address: str) -> bool:
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._networks)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None
