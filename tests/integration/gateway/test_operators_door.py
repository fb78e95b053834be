"""Operators' routes on a listener of their own and to some addresses alone, on real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI

from integration.gateway.sockets import bound, listening, url_of
from wayfare.gateway import problems
from wayfare.gateway.edge import Edge
from wayfare.gateway.operations import operations_router
from wayfare.gateway.operators_door import OperatorsDoor
from wayfare.infrastructure.addresses import Networks

OPERATORS = ("/metrics", "/v1/admin/flags", "/api/v1/admin/flags")


def small_app() -> FastAPI:
    app = FastAPI(redirect_slashes=False)
    problems.install(app)
    app.include_router(operations_router({}))

    @app.get("/v1/admin/flags")
    async def flags() -> dict[str, bool]:
        return {}

    return app


@asynccontextmanager
async def clients(*, apart: bool, addresses: str = "") -> AsyncIterator[tuple[httpx2.AsyncClient, httpx2.AsyncClient]]:
    """Of the public listener and of the operators'; `apart`: their routes answer at the latter alone."""
    public, operators = bound(), bound()
    door = OperatorsDoor(operators.getsockname()[1] if apart else None, Networks(addresses) if addresses else None)
    edge = Edge(small_app(), body_bytes_max=1000, worker=0, operators=door)
    async with (
        listening(edge, public, operators),
        httpx2.AsyncClient(base_url=url_of(public)) as one,
        httpx2.AsyncClient(base_url=url_of(operators)) as other,
    ):
        yield one, other


async def statuses(client: httpx2.AsyncClient, **headers: str) -> list[int]:
    return [(await client.get(path, headers=headers)).status_code for path in OPERATORS]


class TestAListenerOfTheirOwn:
    async def test_the_public_one_knows_nothing_of_them(self) -> None:
        async with clients(apart=True) as (public, operators):
            assert await statuses(public) == [404] * 3
            assert await statuses(operators) == [200] * 3
            assert (await public.get("/metrics")).json()["code"] == "not_found"
            assert (await public.get("/readyz")).status_code == (await operators.get("/readyz")).status_code == 200

    async def test_nothing_that_a_client_says_changes_the_listener(self) -> None:
        async with clients(apart=True) as (public, operators):
            port = str(operators.base_url.port)
            said = {"host": f"127.0.0.1:{port}", "x-forwarded-port": port, "x-forwarded-host": f"127.0.0.1:{port}"}
            assert await statuses(public, **said) == [404] * 3


class TestAddresses:
    async def test_others_are_refused(self) -> None:
        async with clients(apart=False, addresses="10.0.0.0/8, ::1") as (public, _):
            assert await statuses(public) == [403] * 3
            refused = await public.get("/metrics", headers={"x-forwarded-for": "10.0.0.1"})
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
            assert (await public.get("/livez")).status_code == 200

    async def test_those_named_are_let_in(self) -> None:
        async with clients(apart=True, addresses="127.0.0.0/30") as (public, operators):
            assert await statuses(operators) == [200] * 3
            assert await statuses(public) == [404] * 3
