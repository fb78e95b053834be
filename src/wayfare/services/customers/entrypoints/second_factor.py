"""Routes of a customer's own second factor."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Response

from wayfare.contracts.customers.roles import Permission
from wayfare.infrastructure.access import SignedIn, needs
from wayfare.infrastructure.http import encoded
from wayfare.services.customers.application.second_factor import OwnSecondFactor
from wayfare.services.customers.entrypoints import bodies
from wayfare.services.customers.entrypoints.account import PRIVATE


def second_factor_routes(factor: OwnSecondFactor) -> APIRouter:
    router = APIRouter(tags=["me"], prefix="/v1/me/second-factor")

    @router.get("", responses={200: {"model": bodies.SecondFactorAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def get_my_second_factor(me: SignedIn) -> Response:
        """Whether I have one."""
        return encoded(msgspec.to_builtins(await factor.state(me)), headers=PRIVATE)

    @router.post("", status_code=201, responses={201: {"model": bodies.EnrolmentAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def enrol_second_factor(body: bodies.SecondFactorBody, me: SignedIn) -> Response:
        """A secret for my authenticator app (RFC 6238); it counts once a code of it is confirmed."""
        return encoded(msgspec.to_builtins(await factor.begin(me, body.password)), 201, PRIVATE)

    @router.post("/confirm", responses={200: {"model": bodies.RecoveryCodesAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def confirm_second_factor(body: bodies.CodeBody, me: SignedIn) -> Response:
        """Confirm it by a code. The recovery codes are shown this once; the next access token gives staff rights."""
        return encoded({"recovery_codes": await factor.confirm(me, body.code)}, headers=PRIVATE)

    @router.post("/removal", status_code=204, response_class=Response)
    @needs(Permission.ACCOUNT_OWN)
    async def remove_second_factor(body: bodies.SecondFactorRemovalBody, me: SignedIn) -> Response:
        """Log in without one from now on. Signs every device out, this one too."""
        await factor.remove(me, body.password, body.code)
        return Response(status_code=204)

    return router
