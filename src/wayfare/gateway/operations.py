"""Routes for those who run Wayfare: liveness, readiness, metrics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from wayfare.gateway import metrics
from wayfare.infrastructure.access import anyone
from wayfare.infrastructure.http import encoded

NO_WEB_APP = "The API answers (see /docs); for the web app install Node.js, run `make web`, and start again."
Check = Callable[[], Awaitable[str | None]]


def operations_router(checks: Mapping[str, Check]) -> APIRouter:
    """`checks` answer None when all is well, else one sentence of what is not."""
    router = APIRouter(tags=["operations"])

    @router.get("/", include_in_schema=False)
    @anyone
    async def front_door() -> Response:
        """Where the web app is not built."""
        return PlainTextResponse(NO_WEB_APP + "\n")

    @router.get("/livez", summary="The process runs")
    @anyone
    async def livez() -> Response:
        return encoded({"status": "ok"})

    @router.get("/readyz", summary="Requests can be answered", responses={503: {"description": "Not now, and why"}})
    @router.get("/health", include_in_schema=False)
    @anyone
    async def readyz() -> Response:
        problems = {name: found for name, check in checks.items() if (found := await check()) is not None}
        answer = {
            "status": "unavailable" if problems else "ok",
            "checks": {name: problems.get(name, "ok") for name in checks},
        }
        return encoded(answer, 503 if problems else 200)

    @router.get("/metrics", summary="Prometheus metrics", response_class=PlainTextResponse)
    @anyone
    async def exposition() -> Response:
        return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)

    return router
