"""The gate: marks of routes, enforced."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request

from wayfare.bootstrap.asgi import include
from wayfare.contracts.customers.api import Identify, Identity, KeyFacts, may
from wayfare.contracts.customers.roles import Grant, Permission
from wayfare.gateway import problems
from wayfare.gateway.gate import Gate
from wayfare.infrastructure.access import SignedIn, anyone, caller_of, needs, processes, signed
from wayfare.kernel.errors import ConfigurationError, Unauthenticated

ADA = UUID(int=1)
KEY = UUID(int=2)
CUSTOMER = Identity(ADA, UUID(int=3), (Grant("customer"),), 2**40)
STAFF = Identity(UUID(int=4), UUID(int=5), (Grant("operator_staff", "DB"),), 2**40)
PARTNER = Identity(
    UUID(int=6), KEY, (Grant("agent"),), 2**40, KeyFacts(KEY, "agency", ("bookings:own",), (), "standard")
)


class Customers:
    """Knows three tokens, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.known = {"ada.is.here": CUSTOMER, "staff.is.here": STAFF, "wf_partner": PARTNER}

    async def identify(self, message: Identify) -> Identity:
        self.asked.append(message.token)
        if message.token not in self.known:
            raise Unauthenticated("not known")
        return self.known[message.token]


def small_app(customers: Customers | None) -> FastAPI:
    app = FastAPI(dependencies=[Depends(Gate(customers, "shared").admit_request)])
    problems.install(app)
    router = APIRouter()

    def answer(request: Request) -> Any:
        caller = caller_of(request)
        return {"actor": caller.actor if caller else None}

    @router.get("/open")
    @anyone
    async def get_open(request: Request) -> Any:
        return answer(request)

    @router.get("/signed")
    @signed
    async def get_signed(request: Request) -> Any:
        return answer(request)

    @router.get("/account")
    @needs(Permission.ACCOUNT_OWN)
    async def get_account(me: SignedIn) -> Any:
        return {"actor": me.actor}

    @router.get("/book")
    @needs(Permission.BOOKINGS_OWN, guests=True)
    async def get_book(request: Request) -> Any:
        return answer(request)

    @router.get("/booking")
    @needs(Permission.BOOKINGS_OWN, booking_token=True)
    async def get_booking(request: Request) -> Any:
        return answer(request)

    @router.get("/rpc")
    @processes
    async def get_rpc(request: Request) -> Any:
        return answer(request)

    include(app, router)
    return app


@pytest.fixture
def customers() -> Customers:
    return Customers()


@pytest.fixture
def client(customers: Customers) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=small_app(customers), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://test")


ADA_IS = {"actor": f"customer:{ADA}"}
KEY_IS = {"actor": f"key:{KEY}"}
NOBODY = {"actor": None}


class TestAdmission:
    @pytest.mark.parametrize(
        ("path", "authorization", "expected"),
        [
            ("/open", None, NOBODY),
            ("/open", "Bearer no.such.token", NOBODY),
            ("/signed", "anything", NOBODY),
            ("/account", None, 401),
            ("/account", "Bearer ada.is.here", ADA_IS),
            ("/account", "bearer  ada.is.here ", ADA_IS),
            ("/account", "Bearer staff.is.here", {"actor": f"customer:{STAFF.customer_id}"}),
            ("/account", "Bearer wf_partner", 403),
            ("/account", "Bearer no.such.token", 401),
            ("/account", "Bearer wf_other", 401),
            ("/account", "Bearer sealed", 401),
            ("/account", "Basic ada.is.here", 401),
            ("/account", "Bearer", 401),
            ("/account", "", 401),
            ("/book", None, NOBODY),
            ("/book", "Bearer ada.is.here", ADA_IS),
            ("/book", "Bearer wf_partner", KEY_IS),
            ("/book", "Bearer staff.is.here", 403),
            ("/book", "Bearer sealed", 401),
            ("/book", "Basic ada", 401),
            ("/booking", None, 401),
            ("/booking", "Bearer sealed", NOBODY),
            ("/booking", "Bearer wf_partner", KEY_IS),
            ("/booking", "Bearer wf_sealed", 401),
            ("/rpc", None, 401),
            ("/rpc", "Bearer ada.is.here", 401),
            ("/rpc", "Bearer shared", NOBODY),
        ],
    )
    async def test_of(self, client: httpx2.AsyncClient, path: str, authorization: str | None, expected: Any) -> None:
        headers = {} if authorization is None else {"authorization": authorization}
        answer = await client.get(path, headers=headers)
        if isinstance(expected, int):
            assert answer.status_code == expected
            assert answer.headers["content-type"] == "application/problem+json"
        else:
            assert (answer.status_code, answer.json()) == (200, expected)

    async def test_a_token_is_read_once(self, client: httpx2.AsyncClient, customers: Customers) -> None:
        await client.get("/account", headers={"authorization": "Bearer ada.is.here"})
        await client.get("/open", headers={"authorization": "Bearer ada.is.here"})
        assert customers.asked == ["ada.is.here"]

    async def test_bytes_that_are_no_text(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/account", headers=[(b"authorization", b"Bearer \xff.\xfe.\x80")])
        assert answer.status_code == 401

    async def test_without_customers_everybody_is_a_guest(self) -> None:
        transport = httpx2.ASGITransport(app=small_app(None))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            refused = await client.get("/book", headers={"authorization": "Bearer ada.is.here"})
            assert (refused.status_code, (await client.get("/book")).status_code) == (401, 200)


class TestDecisions:
    def test_a_route_without_one_is_not_served(self) -> None:
        router = APIRouter()

        @router.get("/forgotten")
        async def forgotten() -> None: ...

        with pytest.raises(ConfigurationError, match="/forgotten"):
            include(FastAPI(), router)

    async def test_one_that_slipped_in_is_refused(self) -> None:
        app = FastAPI(dependencies=[Depends(Gate(None, "shared").admit_request)])
        problems.install(app)

        @app.get("/forgotten")
        async def forgotten() -> None: ...

        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            assert (await client.get("/forgotten")).status_code == 403


class TestScopes:
    def test_a_key_narrows_what_its_account_may(self) -> None:
        grants = (Grant("operator_staff", "DB"), Grant("operator_staff", "SNCF"))
        facts = KeyFacts(KEY, "agency", ("fares:change", "users:manage"), ("DB",), "standard")
        key = Identity(ADA, KEY, grants, 2**40, facts)
        assert may(key, Permission.FARES_CHANGE)
        assert may(key, Permission.FARES_CHANGE, "DB")
        assert not may(key, Permission.FARES_CHANGE, "SNCF")
        assert not may(key, Permission.FARES_CHANGE, "ÖBB")
        assert not may(key, Permission.CAPACITY_CHANGE, "DB")
        assert not may(key, Permission.USERS_MANAGE), "more than the account may"

    def test_staff_of_an_operator(self) -> None:
        assert may(STAFF, Permission.BOOKINGS_READ)
        assert may(STAFF, Permission.BOOKINGS_READ, "DB")
        assert not may(STAFF, Permission.BOOKINGS_READ, "SNCF")
        assert not may(STAFF, Permission.BOOKINGS_READ, "")
