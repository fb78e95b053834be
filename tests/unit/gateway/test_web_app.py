"""The files of the web app: what is sent for which path, how it may be kept, and what stays the API's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI, Response

from wayfare.gateway import problems
from wayfare.gateway.edge import Edge
from wayfare.gateway.limits.limiter import Limiter
from wayfare.gateway.limits.policies import read_policies
from wayfare.gateway.web_app import WebApp, page_policy
from wayfare.infrastructure.http import encoded

SCRIPT = b"export const sections = 128;\n" * 200
NAVIGATION = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def built(folder: Path) -> Path:
    web = folder / "web"
    for name, content in {
        "index.html": b"<!doctype html><title>Wayfare</title>",
        "sw.js": b"self.addEventListener('fetch', () => {})",
        "manifest.webmanifest": b"{}",
        "assets/app-1a2b.js": SCRIPT,
        "assets/app-1a2b.js.br": b"as brotli",
        "assets/late-3c4d.js": SCRIPT,
        "assets/text-5e6f.woff2": b"f" * 5000,
        ".env": b"hidden",
        "v1/offers": b"never",
    }.items():
        (web / name).parent.mkdir(parents=True, exist_ok=True)
        (web / name).write_bytes(content)
    (folder / "outside.txt").write_text("outside")
    (web / "link.txt").symlink_to(folder / "outside.txt")
    return web


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI(redirect_slashes=False)
    problems.install(app)

    @app.get("/v1/offers")
    async def offers() -> Response:
        return encoded({"trips": []})

    limits = Limiter(read_policies("address=1/3600:1"), store=None, find_caller=None, exempt=None)
    web = WebApp(built(tmp_path), {"v1"}, page_policy(stripe=False))
    edge = Edge(app, body_bytes_max=1000, worker=0, limits=limits, web=web)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=edge), base_url="http://test") as opened:
        yield opened


class TestAssets:
    async def test_are_kept_for_ever_and_compressed(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/assets/late-3c4d.js", headers={"accept-encoding": "gzip"})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert int(answer.headers["content-length"]) < len(SCRIPT) / 5
        assert answer.content == SCRIPT

    async def test_compressed_beforehand_go_out_as_they_are(self, client: httpx2.AsyncClient) -> None:
        request = client.build_request("GET", "/assets/app-1a2b.js", headers={"accept-encoding": "gzip, br"})
        answer = await client.send(request, stream=True)
        assert answer.headers["content-encoding"] == "br"
        assert b"".join([piece async for piece in answer.aiter_raw()]) == b"as brotli"
        plain = await client.get("/assets/app-1a2b.js", headers={"accept-encoding": "br;q=0, identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == SCRIPT

    async def test_fonts_are_not_compressed_twice(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/assets/text-5e6f.woff2", headers={"accept-encoding": "gzip"})
        assert (answer.headers["content-type"], len(answer.content)) == ("font/woff2", 5000)
        assert "content-encoding" not in answer.headers

    async def test_are_not_limited(self, client: httpx2.AsyncClient) -> None:
        assert {(await client.get("/assets/app-1a2b.js")).status_code for _ in range(50)} == {200}
        assert [(await client.get("/v1/offers")).status_code for _ in range(2)] == [200, 429]

    async def test_of_another_version_are_not_found(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/assets/app-0000.js", headers=NAVIGATION)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


class TestPages:
    @pytest.mark.parametrize("path", ["/", "/results?from=Berlin", "/bookings/K7XQ2M", "/account/devices", "/verify"])
    async def test_of_the_app_get_its_index(self, path: str, client: httpx2.AsyncClient) -> None:
        answer = await client.get(path, headers=NAVIGATION)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
        assert answer.text == "<!doctype html><title>Wayfare</title>"
        again = await client.get(path, headers={**NAVIGATION, "if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    async def test_are_asked_for_by_head_too(self, client: httpx2.AsyncClient) -> None:
        answer = await client.head("/")
        assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "37", b"")

    async def test_run_nothing_that_is_not_theirs(self, client: httpx2.AsyncClient) -> None:
        answer = await client.get("/", headers=NAVIGATION)
        policy = answer.headers["content-security-policy"]
        assert len(answer.headers.get_list("content-security-policy")) == 1
        assert "unsafe" not in policy
        assert "stripe" not in policy
        assert {"script-src 'self'", "style-src 'self'", "connect-src 'self'"} <= set(policy.split("; "))
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_of_the_api_stay_its_own(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/v1/offers", headers=NAVIGATION)).json() == {"trips": []}
        assert (await client.get("/v1/nothing", headers=NAVIGATION)).status_code == 429

    @pytest.mark.parametrize("headers", [{"accept": "*/*"}, {"accept": "application/json"}])
    async def test_are_for_browsers(self, headers: dict[str, str], client: httpx2.AsyncClient) -> None:
        assert (await client.get("/bookings/K7XQ2M", headers=headers)).json()["code"] == "not_found"
        assert (await client.post("/bookings/K7XQ2M", headers=NAVIGATION)).json()["code"] == "rate_limited"

    def test_may_load_the_card_form_where_there_is_one(self) -> None:
        """What docs.stripe.com/security/guide names for Stripe.js, and nothing else: all other rules stay."""
        own, more = (rules(page_policy(stripe=stripe)) for stripe in (False, True))
        scripts = {"https://js.stripe.com", "https://*.js.stripe.com"}
        assert more == {
            **own,
            "script-src": {"'self'", *scripts},
            "connect-src": {"'self'", "https://api.stripe.com"},
            "frame-src": {*scripts, "https://hooks.stripe.com"},
        }
        assert not any("unsafe" in source or "stripe" in source for sources in own.values() for source in sources)


def rules(policy: bytes) -> dict[str, set[str]]:
    """The sources of a policy, by directive."""
    parts = (rule.split() for rule in policy.decode().split("; "))
    return {name: set(sources) for name, *sources in parts}


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("path", "kind"),
        [("/sw.js", "text/javascript; charset=utf-8"), ("/manifest.webmanifest", "application/manifest+json")],
    )
    async def test_are_asked_about_each_time(self, path: str, kind: str, client: httpx2.AsyncClient) -> None:
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.headers["cache-control"] == "no-cache"

    @pytest.mark.parametrize(
        "path",
        [
            "/assets/../../outside.txt",
            "/..%2foutside.txt",
            "/%2e%2e/outside.txt",
            "//etc/passwd",
            "/assets/app-1a2b.js.br",
            "/.env",
            "/link.txt",
        ],
    )
    async def test_outside_are_out_of_reach(self, path: str, client: httpx2.AsyncClient) -> None:
        answer = await client.get(httpx2.URL("http://test").copy_with(raw_path=path.encode()))
        assert answer.status_code == 404
