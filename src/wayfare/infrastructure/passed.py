"""What the gateway found out about a request, sealed for the service it is passed to: who calls, and from where.

Only processes that share the secret can make one or read one, it is for one method and path, and soon too old. Clients'
own are never passed on, and a service that is shown another's believes nothing of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
from starlette.types import Scope

from wayfare.contracts.customers.api import Identity
from wayfare.infrastructure.access import CALLER
from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import Unauthenticated

HEADER = b"wayfare-passed"
KNOWN = "wayfare.known"
"""Where a service keeps the Identity that the gateway found, in the scope, until its own gate has looked at it."""
GOOD_FOR_S = 60
"""Also allows for clocks that differ."""


class Passed(msgspec.Struct, frozen=True, array_like=True):
    """`path`: as it was asked for, without the query. `address`: the client's. `expires_s`: UTC seconds."""

    method: str
    path: str
    address: str
    expires_s: int
    identity: Identity | None


class Passing:
    """Seals what is passed on, and opens it."""

    def __init__(self, secret: bytes, now_s: Callable[[], float] = time.time) -> None:
        self._seal = Seal(secret, "passed", Passed, Unauthenticated)
        self._now_s = now_s

    def seal(self, scope: Scope) -> bytes:
        """For a request that the gate has admitted."""
        address = scope["client"][0] if scope["client"] else ""
        expires_s = int(self._now_s()) + GOOD_FOR_S
        return self._seal.seal(Passed(scope["method"], scope["path"], address, expires_s, scope.get(CALLER))).encode()

    def open(self, scope: Scope, given: bytes) -> None:
        """Make the scope say what the gateway said. Raises Unauthenticated for what it did not say of this request."""
        passed = self._seal.open(given.decode("latin-1"))
        if (passed.method, passed.path) != (scope["method"], scope["path"]) or passed.expires_s <= self._now_s():
            raise Unauthenticated("what was passed on is of another request, or too old")
        scope["client"] = (passed.address, 0) if passed.address else None
        if passed.identity is not None:
            scope[KNOWN] = passed.identity
