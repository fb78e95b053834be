"""The FastAPI application that publishes routes: in front of services here, or, for the gateway, of those elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import APIRouter
from fastapi_offline import FastAPIOffline

from wayfare import __version__
from wayfare.gateway import problems
from wayfare.gateway.gate import Gate, check_decided
from wayfare.infrastructure.access import anyone

_TAGS = ("offers", "departures", "holds", "bookings", "tickets", "customers", "auth", "me", "webhooks", "operations")
"""In the order in which a newcomer meets them."""
_DESCRIPTION = """Search, hold, book, cancel: rail, air and coach. Errors are RFC 9457 problems with a stable `code`."""


def public_app(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]], gate: Gate) -> FastAPI:
    """Without routes yet but for the documentation."""
    app: FastAPI = FastAPIOffline(
        title="Wayfare",
        version=__version__,
        description=_DESCRIPTION,
        openapi_tags=[{"name": name} for name in _TAGS],
        lifespan=lifespan,
        redirect_slashes=False,
        dependencies=[Depends(gate.admit_request)],
    )
    for route in app.routes:  # the pages of /docs and what they load
        anyone(getattr(route, "endpoint", route))
    problems.install(app)
    return app


def include(app: FastAPI, router: APIRouter, **options: Any) -> None:
    """Raises `ConfigurationError` for a route without a decision on who may call it."""
    check_decided(router.routes)
    app.include_router(router, **options)
