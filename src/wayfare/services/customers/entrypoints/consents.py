"""Routes of what a customer agreed to."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from wayfare.contracts.customers.roles import Permission
from wayfare.infrastructure.access import SignedIn, needs
from wayfare.infrastructure.http import encoded
from wayfare.services.customers.application.keep_consents import KeepConsents
from wayfare.services.customers.application.profile import consent_json
from wayfare.services.customers.domain.consents import ConsentKind
from wayfare.services.customers.entrypoints import bodies
from wayfare.services.customers.entrypoints.account import PRIVATE


def consent_routes(consents: KeepConsents) -> APIRouter:
    router = APIRouter(tags=["me"], prefix="/v1/me/consents")

    @router.get("", responses={200: {"model": bodies.ConsentsAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def list_my_consents(me: SignedIn) -> Response:
        """What I agreed to and what I took back, the newest first."""
        items: list[dict[str, Any]] = [consent_json(one) for one in await consents.list_all(me)]
        return encoded({"items": items}, headers=PRIVATE)

    @router.put("/{kind}", responses={200: {"model": bodies.ConsentAnswer}}, response_model=None)
    @needs(Permission.ACCOUNT_OWN)
    async def give_consent(kind: ConsentKind, body: bodies.ConsentBody, me: SignedIn) -> Response:
        """Agree to this version; what was agreed to before stays on record."""
        return encoded(consent_json(await consents.give(me, kind, body.version)), headers=PRIVATE)

    @router.delete("/{kind}", status_code=204, response_class=Response)
    @needs(Permission.ACCOUNT_OWN)
    async def withdraw_consent(kind: ConsentKind, me: SignedIn) -> Response:
        """Take it back, at once."""
        await consents.withdraw(me, kind)
        return Response(status_code=204)

    return router
