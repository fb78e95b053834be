"""The gate: who calls, and whether they may call this route at all.

It enforces the marks of `infrastructure/access.py` in front of every route, and leaves who calls in the scope. A token
is read once per request, and without a statement where it was read before.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from fastapi import Request
from starlette.routing import BaseRoute
from starlette.types import Scope

from wayfare.contracts.customers.api import KEY_PREFIX, CustomersApi, Identify, Identity, may
from wayfare.infrastructure.access import CALLER, access_of
from wayfare.infrastructure.passed import KNOWN
from wayfare.kernel.errors import ConfigurationError, Forbidden, Unauthenticated

_AUTHORIZATION = b"authorization"


def is_account_token(token: str) -> bool:
    """Whether this looks like an access token (a JWT has three parts) or an API key, and not like a booking's token."""
    return token.count(".") == 2 or token.startswith(KEY_PREFIX)


def check_decided(routes: Iterable[BaseRoute]) -> None:
    """Raises `ConfigurationError` naming the routes for which nobody decided who may call them."""
    missing = [getattr(route, "path", "?") for route in routes if access_of(getattr(route, "endpoint", None)) is None]
    if missing:
        raise ConfigurationError(f"nobody decided who may call {', '.join(missing)}: mark the endpoints")


class Gate:
    def __init__(self, customers: CustomersApi | None, rpc_token: str) -> None:
        """`customers`: None where no customers service is within reach; everybody is a guest then."""
        self._customers = customers
        self._rpc = f"Bearer {rpc_token}".encode()

    async def admit_request(self, request: Request) -> None:
        """`admit` as a dependency of every route of the application."""
        await self.admit(request.scope)

    async def admit(self, scope: Scope) -> None:
        """Lets pass who may call the route of `scope`. Raises Unauthenticated, Forbidden, Unavailable."""
        access = access_of(scope["route"].endpoint)
        if access is None:
            raise Forbidden("nobody may call this")
        if access.to == "processes":
            if not hmac.compare_digest(_authorization(scope) or b"", self._rpc):
                raise Unauthenticated("rpc needs the token that the processes of this system share")
            return
        if not access.permissions:
            return
        given = _authorization(scope)
        if given is None:
            if not access.guests:
                raise Unauthenticated()
            return
        token = _bearer(given)
        if not is_account_token(token):
            if not access.booking_token:
                raise Unauthenticated()
            return
        identity = scope.get(KNOWN) or await self._identify(token)
        if not any(may(identity, permission) for permission in access.permissions):
            raise Forbidden()
        scope[CALLER] = identity

    async def _identify(self, token: str) -> Identity:
        if self._customers is None:
            raise Unauthenticated("customers cannot be signed in here")
        return await self._customers.identify(Identify(token))


def _authorization(scope: Scope) -> bytes | None:
    for name, value in scope["headers"]:
        if name == _AUTHORIZATION:
            found: bytes = value
            return found
    return None


def _bearer(given: bytes) -> str:
    """The token of an Authorization header. Raises Unauthenticated."""
    scheme, _, token = given.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated()
    return token.strip()
