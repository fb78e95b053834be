"""The public route of the documents service. Tickets themselves are asked for at their booking."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from wayfare.infrastructure.access import anyone

_MAX_AGE_S = 3600


def router(export_public_keys: Callable[[], bytes]) -> APIRouter:
    """Routes under /v1."""
    routes = APIRouter(prefix="/v1", tags=["tickets"])

    @routes.get("/ticket-keys", response_class=Response, responses={200: {"content": {"application/jwk-set+json": {}}}})
    @anyone
    async def get_ticket_keys() -> Response:
        """The public keys that verify tickets without a connection, as a JWK set (RFC 7517, RFC 8037)."""
        return Response(
            export_public_keys(),
            media_type="application/jwk-set+json",
            headers={"Cache-Control": f"public, max-age={_MAX_AGE_S}"},
        )

    return routes
