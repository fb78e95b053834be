"""Who asks: the customer of the access token in the Authorization header."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from wayfare.contracts.customers.api import CustomersApi, Identify, Identity
from wayfare.contracts.customers.roles import Permission, is_permitted
from wayfare.kernel.errors import Forbidden, Unauthenticated

_BEARER = HTTPBearer(
    scheme_name="customerToken", bearerFormat="JWT", auto_error=False, description="The customer's access_token."
)
_BEARER_GIVEN = Depends(_BEARER)


def signed_in(customers: CustomersApi) -> Callable[..., Awaitable[Identity]]:
    """A dependency that gives the customer. Raises Unauthenticated, Forbidden."""

    async def identify(bearer: HTTPAuthorizationCredentials | None = _BEARER_GIVEN) -> Identity:
        if bearer is None:
            raise Unauthenticated()
        identity = await customers.identify(Identify(bearer.credentials))
        if not is_permitted(identity.grants, Permission.ACCOUNT_OWN):
            raise Forbidden()
        return identity

    return identify
