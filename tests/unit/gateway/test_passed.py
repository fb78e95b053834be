"""What a gateway passes on is believed where it comes from the gateway, for this request and now; nothing else is."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import msgspec
import pytest
from fastapi import Depends, FastAPI, Request

from wayfare.contracts.customers.api import Identity
from wayfare.contracts.customers.roles import Grant, Permission
from wayfare.gateway import problems
from wayfare.gateway.edge import Edge
from wayfare.gateway.gate import Gate
from wayfare.infrastructure.access import CALLER, SignedIn, needs
from wayfare.infrastructure.passed import GOOD_FOR_S, Passed, Passing
from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import Unauthenticated

SECRET = b"a secret of the tests that is long"
OTHER_PURPOSE: Seal[Passed] = Seal(SECRET, "offer", Passed, Unauthenticated)
ADA = Identity(uuid.UUID(int=1), uuid.UUID(int=2), (Grant("customer"),), 0)
TOKEN = {"authorization": "Bearer a.b.c"}


class NoCustomers:
    """A customers service that knows nobody."""

    async def identify(self, message: object) -> Identity:
        raise Unauthenticated("nobody is known")


def service() -> FastAPI:
    app = FastAPI(dependencies=[Depends(Gate(NoCustomers(), "rpc").admit_request)])  # type: ignore[arg-type]
    problems.install(app)

    @app.get("/v1/me")
    @needs(Permission.ACCOUNT_OWN)
    async def me(request: Request, me: SignedIn) -> dict[str, Any]:
        return {"who": str(me.customer_id), "from": request.client and request.client.host}

    @app.get("/v1/reports")
    @needs(Permission.REPORTS_READ)
    async def reports(me: SignedIn) -> None: ...

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    edge = Edge(service(), body_bytes_max=1000, worker=0, passing=Passing(SECRET))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://test") as opened:
        yield opened


def sealed(path: str = "/v1/me", *, identity: Identity | None = ADA, secret: bytes = SECRET, **more: Any) -> str:
    scope = {"method": "GET", "path": path, "client": ("192.0.2.7", 4711), CALLER: identity}
    return Passing(secret, **more).seal(scope).decode()


async def test_whom_the_gateway_found_is_signed_in_and_where_they_are(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/me", headers=TOKEN | {"wayfare-passed": sealed()})
    assert (answer.status_code, answer.json()) == (200, {"who": str(ADA.customer_id), "from": "192.0.2.7"})


async def test_permissions_are_looked_at_all_the_same(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/reports", headers=TOKEN | {"wayfare-passed": sealed("/v1/reports")})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(sealed(secret=b"another secret that is long enough"), id="another secret"),
        pytest.param(sealed("/v1/reports"), id="another path"),
        pytest.param(sealed(now_s=lambda: 1e9), id="too old"),
        pytest.param(sealed()[:-1] + "!", id="altered"),
        pytest.param(msgspec.json.encode(ADA).decode(), id="not sealed"),
        pytest.param(
            Seal(SECRET, "offer", Passed, Unauthenticated).seal(Passed("GET", "/v1/me", "", 2**40, ADA)), id="x"
        ),
        pytest.param("", id="empty"),
    ],
)
async def test_nothing_else_is_believed(forged: str, client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/me", headers=TOKEN | {"wayfare-passed": forged})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_without_it_the_service_asks_for_itself(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/v1/me", headers=TOKEN)).status_code == 401


async def test_a_guest_stays_one(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/v1/me", headers=TOKEN | {"wayfare-passed": sealed(identity=None)})
    assert answer.status_code == 401


async def test_clocks_may_differ_a_little(client: httpx2.AsyncClient) -> None:
    early = sealed(now_s=lambda: time.time() - GOOD_FOR_S + 20)
    assert (await client.get("/v1/me", headers=TOKEN | {"wayfare-passed": early})).status_code == 200
