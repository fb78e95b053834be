"""What the edge adds to answers, and what it does to requests that take too long."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from fastapi_offline import FastAPIOffline

from wayfare.gateway import problems
from wayfare.gateway.edge import Edge
from wayfare.gateway.limits.limiter import Limiter
from wayfare.gateway.limits.policies import read_policies
from wayfare.gateway.patience import Patience
from wayfare.infrastructure.http import PUBLIC, deprecated_since, encoded

LONG = {"places": [{"name": f"Place {number}"} for number in range(200)]}


def small_app() -> FastAPI:
    app: FastAPI = FastAPIOffline(redirect_slashes=False)
    problems.install(app)

    @app.get("/v1/places")
    async def places(count: int = 200) -> Response:
        return encoded({"places": LONG["places"][:count]}, headers=PUBLIC)

    @app.get("/v1/mine")
    async def mine() -> Response:
        return encoded(LONG)

    @app.get("/v1/said")
    async def said() -> Response:
        return encoded({}, headers={"cache-control": "private, max-age=5"})

    @app.get("/v1/stream")
    async def stream() -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"a"
            yield b"b"

        return StreamingResponse(pieces(), media_type="text/event-stream")

    @app.get("/v1/old", **deprecated_since(date(2026, 3, 1), until=date(2027, 3, 1), instead="/docs#new"))
    async def old() -> Response:
        return encoded({})

    @app.post("/v1/sleep")
    async def sleep(request: Request) -> Response:
        await request.body()
        await asyncio.sleep(float(request.query_params.get("s", 0)))
        return encoded({})

    return app


def client_of(**options: Any) -> httpx2.AsyncClient:
    edge = Edge(small_app(), body_bytes_max=10_000, worker=0, **options)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://test")


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of() as opened:
        yield opened


class TestCaching:
    async def test_public_data_has_a_tag_and_is_not_sent_twice(self, client: httpx2.AsyncClient) -> None:
        first = await client.get("/v1/places")
        assert first.headers["cache-control"] == "public, max-age=60"
        tag = first.headers["etag"]
        for asked in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
            again = await client.get("/v1/places", headers={"if-none-match": asked})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert "content-length" not in again.headers
        other = await client.get("/v1/places?count=3", headers={"if-none-match": tag})
        assert other.status_code == 200
        assert other.headers["etag"] != tag

    async def test_what_says_nothing_is_kept_by_nobody(self, client: httpx2.AsyncClient) -> None:
        mine = await client.get("/v1/mine")
        assert mine.headers["cache-control"] == "no-store"
        assert "etag" not in mine.headers
        assert (await client.get("/v1/said")).headers["cache-control"] == "private, max-age=5"
        assert (await client.get("/v1/nothing")).headers["cache-control"] == "no-store"

    async def test_files_are_asked_about_again(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/static-offline-docs/swagger-ui.css")
        assert answer.headers["cache-control"] == "no-cache"
        assert len(answer.content) > 100_000


class TestCompression:
    @pytest.mark.parametrize("accepted", ["gzip", "br;q=1, gzip;q=0.5", "*"])
    async def test_what_is_long(self, accepted: str, client: httpx2.AsyncClient) -> None:
        plain = await client.get("/v1/places", headers={"accept-encoding": "identity"})
        async with client.stream("GET", "/v1/places", headers={"accept-encoding": accepted}) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) == len(raw) < len(plain.content) / 4
        assert gzip.decompress(raw) == plain.content
        assert answer.headers["vary"] == plain.headers["vary"] == "accept-encoding"
        assert answer.headers["etag"] == plain.headers["etag"]

    @pytest.mark.parametrize(
        ("path", "headers"),
        [
            ("/v1/places?count=2", {"accept-encoding": "gzip"}),
            ("/v1/places", {"accept-encoding": "gzip;q=0, br"}),
            ("/v1/places", {"accept-encoding": ""}),
            ("/v1/places", {"accept-encoding": "gzip;q=x"}),
            ("/v1/mine", {"accept-encoding": "gzip", "authorization": "Bearer x"}),
            ("/v1/mine", {"accept-encoding": "gzip", "cookie": "a=b"}),
            ("/v1/stream", {"accept-encoding": "gzip"}),
        ],
    )
    async def test_not_what_is_short_or_secret_or_unwanted(
        self, path: str, headers: dict[str, str], client: httpx2.AsyncClient
    ) -> None:
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers


class TestHeaders:
    async def test_every_answer_is_safe_by_default(self, client: httpx2.AsyncClient) -> None:
        for answer in (await client.get("/v1/mine"), await client.get("/v1/nothing"), await client.put("/v1/mine")):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "strict-transport-security" not in answer.headers

    async def test_https_stays_https(self) -> None:
        async with client_of(tls=True) as client:
            assert (await client.get("/v1/mine")).headers["strict-transport-security"] == "max-age=31536000"

    @pytest.mark.parametrize("path", ["/docs", "/redoc", "/docs/oauth2-redirect"])
    async def test_the_documentation_runs_its_own_scripts_only(self, path: str, client: httpx2.AsyncClient) -> None:
        page = await client.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy.partition("style-src")[0]
        assert "http" not in policy
        assert policy.count("'sha256-") == len(re.findall("<script>", page.text))
        for source in re.findall(r'(?:src|href)="([^"]+)"', page.text):
            assert source.startswith("/static-offline-docs/")

    async def test_routes_that_will_go_say_so(self, client: httpx2.AsyncClient) -> None:
        headers = (await client.get("/v1/old")).headers
        assert headers["deprecation"] == "@1772323200"
        assert headers["sunset"] == "Mon, 01 Mar 2027 00:00:00 GMT"
        assert headers["link"] == '</docs#new>; rel="deprecation"'
        assert "deprecation" not in (await client.get("/v1/mine")).headers


class TestLimits:
    async def test_a_refusal_is_a_problem_that_says_when(self) -> None:
        policies = read_policies("address=1/60:2")
        assert policies is not None
        async with client_of(limits=Limiter(policies)) as client:
            answers = [await client.get("/v1/places?count=1") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["ratelimit"] for answer in answers[:2]] == [
            '"address";r=1;t=61',
            '"address";r=0;t=120',
        ]
        refused = answers[2]
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["retry-after"] == "60"
        assert refused.headers["ratelimit-policy"] == '"address";q=2;w=120'
        assert refused.json()["code"] == "rate_limited"

    async def test_another_path_to_the_same_route_is_no_way_around(self) -> None:
        policies = read_policies("log_in=1/60:1")
        assert policies is not None
        async with client_of(limits=Limiter(policies)) as client:
            statuses = [
                (await client.post(path)).status_code
                for path in ("/v1/auth/token", "/api/v1/auth/token", "/v1/auth/%74oken")
            ]
        assert statuses == [404, 429, 429]


class TestPatience:
    async def test_a_slow_answer_is_given_up(self) -> None:
        patience = Patience(request_s=0.2, body_s=60)
        patience.start()
        async with client_of(patience=patience) as client:
            slow, quick = await asyncio.gather(client.post("/v1/sleep?s=20"), client.post("/v1/sleep?s=0"))
            assert quick.status_code == 200
            assert (slow.status_code, slow.json()["code"]) == (503, "request_timed_out")
            assert "retry-after" in slow.headers
            assert (await client.post("/v1/sleep?s=0")).status_code == 200
        await patience.stop()

    async def test_a_slow_body_is_given_up(self) -> None:
        async def trickle() -> AsyncIterator[bytes]:
            while True:
                yield b"a"
                await asyncio.sleep(0.05)

        patience = Patience(request_s=60, body_s=0.2)
        patience.start()
        async with client_of(patience=patience) as client:
            answer = await client.post("/v1/sleep", content=trickle())
            assert (answer.status_code, answer.json()["code"]) == (408, "body_too_slow")
            assert answer.headers["connection"] == "close"
            # What takes its time after the body came is not hurried.
            assert (await client.post("/v1/sleep?s=0.9", content=b"all")).status_code == 200
        await patience.stop()

    async def test_who_was_cancelled_by_somebody_else_stays_so(self) -> None:
        async with client_of(patience=Patience(60, 60)) as client:
            task = asyncio.create_task(client.post("/v1/sleep?s=20"))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
