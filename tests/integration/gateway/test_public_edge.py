"""The whole application behind its edge, as settings make it, on a real database."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from conftest import Databases
from wayfare.bootstrap.asgi import build_app
from wayfare.bootstrap.compose import compose
from wayfare.bootstrap.schema import run_migrations
from wayfare.bootstrap.settings import Settings
from wayfare.gateway.edge import Edge
from wayfare.gateway.limits.policies import CLASSES

LOOKUP = "/v1/bookings/lookup"
TEN = {"rate_limits": "look_up=10/3600:10"}


@pytest.fixture
def settings(databases: Databases, tmp_path: Path) -> Iterator[Settings]:
    async def prepare(dsn: str) -> None:
        await run_migrations(Settings(database_url=dsn, data_dir=tmp_path))

    dsn = databases.create(databases.template("all schemas", prepare))
    yield Settings(database_url=dsn, data_dir=tmp_path)
    databases.drop(dsn)


@asynccontextmanager
async def client_of(settings: Settings, **changes: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client at 127.0.0.1."""
    made = Settings.model_validate({**settings.model_dump(include={"database_url", "data_dir"}), **changes})
    system = compose(made, run_jobs=False)
    app = build_app(system)
    await system.start()
    try:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client
    finally:
        await system.stop()


class TestLocators:
    """Guessing at /v1/bookings/lookup; that the wrong locator and the wrong address answer alike is tested there."""

    async def test_are_not_guessed_for_long(self, settings: Settings) -> None:
        async with client_of(settings, **TEN) as client:
            answers = [
                await client.post(LOOKUP, json={"locator": f"K7XQ{n:02}".replace("0", "A"), "email": "a@example.org"})
                for n in range(30)
            ]
        assert [answer.status_code for answer in answers] == [404] * 10 + [429] * 20
        assert {answer.headers["ratelimit-policy"] for answer in answers} == {'"look_up";q=10;w=3600'}
        assert 0 < int(answers[-1].headers["retry-after"]) <= 360

    async def test_a_limit_holds_for_another_process_at_once(self, settings: Settings) -> None:
        body = {"locator": "K7XQ2M", "email": "ada@example.org"}
        async with client_of(settings, **TEN) as one, client_of(settings, **TEN) as other:
            answers = [await (one if n % 2 else other).post(LOOKUP, json=body) for n in range(20)]
        assert Counter(answer.status_code for answer in answers) == {404: 10, 429: 10}


class TestAddresses:
    async def test_the_proxy_that_is_trusted_tells_who_asks(self, settings: Settings) -> None:
        limits = {"rate_limits": "address=1/60:1"}

        async def statuses(client: httpx2.AsyncClient, *seen: str) -> list[int]:
            return [(await client.get("/v1/x", headers={"x-forwarded-for": chain})).status_code for chain in seen]

        async with client_of(settings, trusted_proxies="127.0.0.1, 10.0.0.0/8", **limits) as client:
            # The proxies append: what the client itself wrote stands in front and changes nothing.
            assert await statuses(client, "192.0.2.1", "192.0.2.2, 10.1.1.1", "1.1.1.1, 192.0.2.1") == [404, 404, 429]
        async with client_of(settings, **limits) as client:
            assert await statuses(client, "192.0.2.1", "192.0.2.2") == [404, 429]

    async def test_exempt_ones_and_off(self, settings: Settings) -> None:
        for changes in ({"rate_limits": "address=1/60:1", "rate_limits_exempt": "127.0.0.0/8"}, {"rate_limits": "off"}):
            async with client_of(settings, **changes) as client:
                answers = [await client.get("/v1/x") for _ in range(20)]
            assert {answer.status_code for answer in answers} == {404}
            assert "ratelimit" not in answers[0].headers


class TestOtherSites:
    ORIGIN = "https://www.example.org"

    async def test_those_that_are_named_may_call(self, settings: Settings) -> None:
        async with client_of(settings, cors_origins=self.ORIGIN, rate_limits="address=1/60:1") as client:
            asked = {"origin": self.ORIGIN, "access-control-request-method": "POST"}
            preflight = await client.options("/v1/holds", headers=asked)
            assert preflight.status_code == 200
            assert preflight.headers["access-control-allow-origin"] == self.ORIGIN
            assert "access-control-allow-credentials" not in preflight.headers
            for status in (404, 429):
                answer = await client.get("/v1/x", headers={"origin": self.ORIGIN})
                assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, self.ORIGIN)
            stranger = await client.get("/v1/x", headers={"origin": "https://evil.example"})
            assert "access-control-allow-origin" not in stranger.headers

    async def test_nobody_by_default(self, settings: Settings) -> None:
        async with client_of(settings) as client:
            answer = await client.get("/livez", headers={"origin": self.ORIGIN})
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_every_class_names_a_route_there_is(settings: Settings) -> None:
    edge = build_app(compose(settings, run_jobs=False))
    assert isinstance(edge, Edge)
    app = edge._app
    assert isinstance(app, FastAPI)
    schema = app.openapi()["paths"]
    assert {(method.upper(), path) for path, methods in schema.items() for method in methods} >= set(CLASSES)
