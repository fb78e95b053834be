"""Who pays: the key or the customer of a token, else the address it came from."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from wayfare.contracts.customers.api import CustomersApi, Identify
from wayfare.gateway.gate import is_account_token
from wayfare.gateway.limits.policies import KEYS
from wayfare.infrastructure.addresses import network_of
from wayfare.kernel.errors import WayfareError

REMEMBERED_S = 10.0
REMEMBERED_MAX = 20_000
_NOBODY = "unknown"


class Caller(NamedTuple):
    """`policy`: the name of the limit that counts, for a key `api_key_` and its rate class; `who`: whose bucket."""

    policy: str
    who: str


FindCaller = Callable[[bytes], Awaitable[Caller | None]]
"""Takes an Authorization header; None for what is no valid token of a key or a customer."""


class Callers:
    """Asks the customers service, at most once in ten seconds for each token."""

    def __init__(self, customers: CustomersApi) -> None:
        self._customers = customers
        self._known: dict[bytes, tuple[Caller, float]] = {}

    async def __call__(self, authorization: bytes) -> Caller | None:
        known = self._known.get(authorization)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        scheme, _, given = authorization.decode("latin-1").partition(" ")
        token = given.strip()
        if scheme.lower() != "bearer" or not is_account_token(token):
            return None
        try:
            identity = await self._customers.identify(Identify(token))
        except WayfareError:
            return None
        key = identity.key
        if key is None:
            caller = Caller("customer", str(identity.customer_id))
        else:
            caller = Caller(f"{KEYS}_{key.rate_class}", str(key.key_id))
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[authorization] = (caller, time.monotonic() + REMEMBERED_S)
        return caller


@lru_cache(maxsize=65_536)
def payer_of(address: str) -> str:
    """Whose bucket an address is; all that is no address shares one."""
    try:
        ip_address(address)
    except ValueError:
        return _NOBODY
    return network_of(address)
