"""The edge around a small application: ids, limits, problems, metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI, Request, Response
from starlette.types import Receive, Scope, Send

from wayfare.gateway import metrics, problems
from wayfare.gateway.edge import Edge
from wayfare.gateway.operations import operations_router
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.kernel.errors import SoldOut, error_classes


def small_app() -> FastAPI:
    app = FastAPI(redirect_slashes=False)
    problems.install(app)

    @app.get("/v1/echo/{name}")
    async def echo(name: str, number: int = 0) -> dict[str, str]:
        return {"name": name, "correlation_id": correlation_id.get()}

    @app.post("/v1/length")
    async def length(request: Request) -> dict[str, int]:
        return {"length": len(await request.body())}

    @app.get("/v1/sold-out")
    async def sold_out() -> None:
        raise SoldOut("nothing left in second", cabin="second")

    @app.get("/v1/broken")
    async def broken() -> None:
        raise ZeroDivisionError("secret detail")

    async def healthy() -> str | None:
        return None

    async def ill() -> str | None:
        return "is ill"

    app.include_router(operations_router({"one": healthy, "other": ill}))
    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=Edge(small_app(), body_bytes_max=1000, worker=3))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as opened:
        yield opened


class TestCardNumbers:
    @pytest.mark.parametrize("card", ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004"])
    async def test_are_refused_and_not_repeated(self, card: str, client: httpx2.AsyncClient) -> None:
        answers = {
            "body": await client.post("/v1/length", content=card.encode()),
            "passengers.0.name": await client.post("/v1/length", json={"passengers": [{"name": card}]}),
        }
        for field, answer in answers.items():
            assert answer.status_code == 422
            problem = answer.json()
            assert problem["code"] == "card_number_refused"
            assert problem["errors"][0]["field"] == field
            assert card not in answer.text
        named = (await client.post("/v1/length", json={card: 1})).json()
        assert named["errors"][0]["field"] == "body"

    async def test_in_a_correlation_id_are_not_taken_over(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/v1/echo/x", headers={"x-correlation-id": "4111-1111-1111-1111"})
        assert len(answer.headers["x-correlation-id"]) == 24

    async def test_cut_in_pieces_are_found(self, client: httpx2.AsyncClient) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            for piece in (b'{"name": "4111 11', b"11 1111", b' 1111"}'):
                yield piece

        answer = await client.post("/v1/length", content=pieces())
        assert (answer.status_code, answer.json()["code"]) == (422, "card_number_refused")

    async def test_in_what_nobody_keeps_are_let_through(self, client: httpx2.AsyncClient) -> None:
        """The numbers of stops and of requests look like them now and then."""
        for path, headers in (
            ("/v1/echo/4111111111111111", {}),
            ("/v1/echo/x?from=feed:4111111111111111", {}),
            ("/v1/echo/x", {"idempotency-key": "4111-1111-1111-1111"}),
        ):
            assert (await client.get(path, headers=headers)).status_code == 200

    async def test_other_bodies_go_through(self, client: httpx2.AsyncClient) -> None:
        body = {
            "hold_id": "0190a1b2-1234-7567-8901-234567890123",
            "phone": "+378282246310005",
            "near": "52.52000812345678",
        }
        assert (await client.post("/v1/length", json=body)).status_code == 200


class TestCorrelation:
    async def test_an_id_goes_through(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/v1/echo/x", headers={"x-correlation-id": "abc-12345"})
        assert answer.headers["x-correlation-id"] == answer.json()["correlation_id"] == "abc-12345"

    @pytest.mark.parametrize("given", ["short", "x" * 65, "with space 123", 'inject"ed-quote'])
    async def test_a_strange_id_is_replaced(self, given: str, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/v1/echo/x", headers={"x-correlation-id": given})
        assert answer.headers["x-correlation-id"] != given
        assert len(answer.headers["x-correlation-id"]) == 24

    async def test_the_worker_says_its_number(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/livez")).headers["x-worker"] == "3"


class TestProblems:
    async def test_a_named_error_has_its_status_and_facts(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/v1/sold-out")
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert (body["code"], body["cabin"], body["detail"]) == ("sold_out", "second", "nothing left in second")
        assert body["correlation_id"] == answer.headers["x-correlation-id"]

    async def test_an_unexpected_error_tells_nothing(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/v1/broken")
        assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
        assert "secret" not in answer.text

    async def test_a_wrong_parameter_is_named(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/v1/echo/x", params={"number": "many"})
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
        assert "number" in answer.json()["errors"][0]["field"]

    async def test_unknown_paths_and_methods_are_problems(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/nowhere")).json()["code"] == "not_found"
        assert (await client.delete("/v1/sold-out")).json()["code"] == "method_not_allowed"

    def test_every_named_error_has_a_status(self) -> None:
        missing = set(error_classes()) - set(problems.STATUS)
        # A service may name errors of its own only where they never reach HTTP.
        assert {code for code in missing if error_classes()[code].__module__ == "wayfare.kernel.errors"} == set()


class TestBodies:
    async def test_a_body_at_the_limit_passes(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post("/v1/length", content=b"x" * 1000)).json() == {"length": 1000}

    async def test_a_declared_body_over_the_limit_is_refused(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/v1/length", content=b"x" * 1001)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

    async def test_a_streamed_body_over_the_limit_is_refused(self, client: httpx2.AsyncClient) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"x" * 100

        answer = await client.post("/v1/length", content=chunks())
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


class TestLeanRoutes:
    @pytest.fixture
    async def client(self) -> AsyncIterator[httpx2.AsyncClient]:
        async def direct(scope: Scope, receive: Receive, send: Send) -> None:
            body = await Request(scope, receive).body()
            if body == b"sold out":
                raise SoldOut(cabin="second")
            if body == b"broken":
                raise ZeroDivisionError
            await Response(b"direct")(scope, receive, send)

        edge = Edge(small_app(), body_bytes_max=100, worker=0, lean={("POST", "/v1/direct"): direct})
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://test") as opened:
            yield opened

    async def test_are_called_without_the_application(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post("/v1/direct")).content == b"direct"
        assert (await client.post("/api/v1/direct")).content == b"direct"
        assert (await client.get("/v1/direct")).status_code == 404

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [(b"sold out", 409, "sold_out"), (b"broken", 500, "internal_error"), (b"x" * 101, 413, "body_too_large")],
    )
    async def test_have_the_same_problems(
        self, body: bytes, status: int, code: str, client: httpx2.AsyncClient
    ) -> None:
        answer = await client.post("/v1/direct", content=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["x-correlation-id"]

    async def test_a_streamed_body_is_limited_too(self, client: httpx2.AsyncClient) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b"x" * 50

        assert (await client.post("/v1/direct", content=chunks())).json()["code"] == "body_too_large"


class TestOperations:
    async def test_ready_only_when_every_check_is_well(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {"status": "unavailable", "checks": {"one": "ok", "other": "is ill"}}

    async def test_the_front_door_says_how_to_get_the_web_app(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        assert answer.text.count("\n") == 1
        assert "make web" in answer.text

    async def test_the_api_also_answers_under_api(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/api/v1/echo/x")).json()["name"] == "x"

    async def test_requests_are_counted_by_route(self, client: httpx2.AsyncClient) -> None:
        labels = {"method": "GET", "route": "/v1/echo/{name}", "status": "200"}
        before = metrics.REGISTRY.get_sample_value("wayfare_http_requests_total", labels) or 0
        await client.get("/v1/echo/a")
        await client.get("/v1/echo/b")
        assert metrics.REGISTRY.get_sample_value("wayfare_http_requests_total", labels) == before + 2
        assert "wayfare_http_requests_total" in (await client.get("/metrics")).text
