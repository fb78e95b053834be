"""Who may call a route: decided where the route is declared, by one of the marks below on its endpoint.

    @router.get("/v1/me")
    @needs(Permission.ACCOUNT_OWN)
    async def get_me(me: SignedIn) -> Response: ...

The gateway's gate enforces the mark before the endpoint runs, and an application with a route that has none does not
start. A mark says who may call; whether an object is theirs is for the endpoint, and so is which operator it concerns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from wayfare.contracts.customers.api import Identity
from wayfare.contracts.customers.roles import Permission
from wayfare.kernel.errors import Unauthenticated

CALLER = "wayfare.caller"
"""Where the gate leaves the Identity of who calls, in the scope."""
F = TypeVar("F", bound=Callable[..., Any])


class Access(msgspec.Struct, frozen=True):
    """The decision for one route.

    "anyone": credentials are not looked at. "signed": the route itself verifies the signature of what it is sent.
    "processes": processes of this system, by the token they share. "needs": one of `permissions`; `guests` may come
    without any credentials, and `booking_token` lets in who shows a token that is for one booking.
    """

    to: Literal["anyone", "signed", "processes", "needs"]
    permissions: tuple[Permission, ...] = ()
    guests: bool = False
    booking_token: bool = False


_MARK = "wayfare_access"


def access_of(endpoint: object) -> Access | None:
    """The decision for an endpoint; None where nobody made one."""
    found: Access | None = getattr(endpoint, _MARK, None)
    return found


def _mark(access: Access) -> Callable[[F], F]:
    def mark(endpoint: F) -> F:
        setattr(endpoint, _MARK, access)
        return endpoint

    return mark


def needs(*permissions: Permission, guests: bool = False, booking_token: bool = False) -> Callable[[F], F]:
    """For those who have one of the permissions, in the affairs of some operator at least; see Access for who else."""
    return _mark(Access("needs", permissions, guests, booking_token))


anyone = _mark(Access("anyone"))
signed = _mark(Access("signed"))
processes = _mark(Access("processes"))


def caller_of(request: Request) -> Identity | None:
    """Who calls, as the gate found; None: a guest, or whoever has a booking's token."""
    found: Identity | None = request.scope.get(CALLER)
    return found


_BEARER = HTTPBearer(
    scheme_name="customerToken",
    bearerFormat="JWT",
    auto_error=False,
    description="A customer's access_token, or a partner's API key (`wf_…`).",
)


async def _signed_in(request: Request, _: Annotated[Any, Depends(_BEARER)]) -> Identity:
    found = caller_of(request)
    if found is None:
        raise Unauthenticated()
    return found


SignedIn = Annotated[Identity, Depends(_signed_in)]
"""The parameter of an endpoint that works for who is signed in."""
