"""Guessing, and what answers give away by their words, their headers or their time."""

from __future__ import annotations

import statistics
import time
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import pytest

from integration.attacks.world import ADA, EVE, World, bearer

ROUNDS = 60


class TestLocators:
    async def test_a_wrong_locator_and_a_wrong_address_look_the_same(self, world: World) -> None:
        booked = await world.booked()
        answers = [
            await world.http.post("/v1/bookings/lookup", json={"locator": locator, "email": address})
            for locator, address in ((booked["locator"], EVE), ("ZZZZZZ", ADA), ("ZZZZZZ", EVE), ("!", EVE))
        ]
        assert {answer.status_code for answer in answers} == {404}
        told = [{k: v for k, v in answer.json().items() if k != "correlation_id"} for answer in answers]
        assert told == [told[0]] * 4
        assert [sorted(answer.headers) for answer in answers] == [sorted(answers[0].headers)] * 4

    async def test_and_take_about_as_long(self, world: World) -> None:
        """A ratio of medians of requests that take turns: the machine's other work falls on both alike."""
        booked = await world.booked()
        bodies = {
            "wrong address": {"locator": booked["locator"], "email": EVE},
            "wrong locator": {"locator": "ZZZZZZ", "email": ADA},
        }
        times: dict[str, list[float]] = {name: [] for name in bodies}
        for _ in range(ROUNDS):
            for name, body in bodies.items():
                began = time.perf_counter()
                await world.http.post("/v1/bookings/lookup", json=body)
                times[name].append(time.perf_counter() - began)
        ratio = statistics.median(times["wrong address"]) / statistics.median(times["wrong locator"])
        assert 0.5 < ratio < 2.0, times

    async def test_locators_do_not_count_up(self, world: World) -> None:
        """Two in a row share no more than chance lets them: neighbours of one's own booking cannot be tried."""
        locators = [(await world.booked())["locator"] for _ in range(4)]
        assert len(set(locators)) == 4
        for first, second in pairwise(locators):
            assert sum(a == b for a, b in zip(first, second, strict=True)) <= 3


class TestHeaders:
    @pytest.mark.parametrize("value", ["a\r\nX-Injected: 1", "x" * 65, "a b", "é", "<script>", ""])
    async def test_a_correlation_id_that_is_none_is_not_repeated(self, value: str, world: World) -> None:
        answer = await raw(world, "GET", "/v1/me", [(b"x-correlation-id", value.encode())])
        assert answer["x-correlation-id"] != value
        assert "x-injected" not in answer

    @pytest.mark.parametrize(
        "name", ["a%0d%0aX-Injected:%201", '1"; x="', "..%2f..%2fetc%2fpasswd", "1%00", "%e2%80%ae1"]
    )
    async def test_names_of_files_are_ours(self, name: str, world: World) -> None:
        booked = await world.booked()
        for part in ("invoices", "tickets"):
            path = f"/v1/bookings/{booked['locator']}/{part}/{name}.pdf"
            answer = await world.http.get(path, headers=bearer(booked["access_token"]))
            assert answer.status_code in (404, 422), answer.text
            assert "content-disposition" not in answer.headers
            assert "x-injected" not in answer.headers

    async def test_what_a_device_calls_itself_stays_one_line(self, world: World) -> None:
        form = {"grant_type": "password", "username": ADA, "password": "a horse of a different colour"}
        form["device_name"] = "phone\r\nSet-Cookie: a=b\u202e\x00"
        token = (await world.http.post("/v1/auth/token", data=form)).json()["access_token"]
        listed = (await world.http.get("/v1/me/devices", headers=bearer(token))).json()["items"]
        assert [one["name"] for one in listed] == ["phoneSet-Cookie: a=b"]

    @pytest.mark.parametrize(
        ("header", "value"),
        [
            (b"host", b"evil.example.org"),
            (b"x-forwarded-host", b"evil.example.org"),
            (b"x-forwarded-proto", b"gopher"),
            (b"x-original-url", b"/v1/me"),
            (b"x-http-method-override", b"DELETE"),
        ],
    )
    async def test_nobody_redirects_or_rewrites_by_a_header(self, header: bytes, value: bytes, world: World) -> None:
        booked = await world.booked()
        path = f"/v1/bookings/{booked['locator']}"
        given = [(b"authorization", f"Bearer {booked['access_token']}".encode()), (header, value)]
        answer = await raw(world, "GET", path, given)
        assert answer["status"] == "200"
        assert "evil.example.org" not in answer["body"]
        front = await raw(world, "GET", "/", [(header, value)])
        assert front["status"] == "200"
        assert "evil.example.org" not in str(front)


class TestPaths:
    @pytest.mark.parametrize(
        "path",
        [
            "/static-offline-docs/../../../../etc/passwd",
            "/static-offline-docs/..%2f..%2f..%2f..%2fetc%2fpasswd",
            "/static-offline-docs/%2e%2e/%2e%2e/pyproject.toml",
            "/static-offline-docs//etc/passwd",
            "/static-offline-docs/swagger-ui.css%00.py",
            "/v1/../../etc/passwd",
            "/api/../rpc/customers/identify",
            "//etc/passwd",
            "/docs/..%5c..%5cwindows",
        ],
    )
    async def test_no_file_but_those_of_the_docs(self, path: str, world: World) -> None:
        answer = await raw(world, "GET", path, [])
        assert answer["status"] in ("404", "405", "422"), answer
        assert "root:" not in answer["body"]

    async def test_calls_between_processes_need_their_token(self, world: World) -> None:
        for path in ("/rpc/customers/identify", "/api/rpc/audit/record", "/rpc/payments/refund"):
            for token in (None, "", "x", await world.log_in(ADA)):
                answer = await world.http.post(path, content=b"\x80", headers=bearer(token))
                assert answer.status_code in (401, 404), (path, answer.text)


async def raw(world: World, method: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """A request as no client library would send it; status, body and headers of the answer."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": headers,
        "client": ("203.0.113.9", 4711),
        "server": ("test", 80),
    }
    answer: dict[str, str] = {"body": ""}

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.update({name.decode(): value.decode("latin-1") for name, value in message["headers"]})
            answer["status"] = str(message["status"])
        else:
            answer["body"] += message.get("body", b"").decode("latin-1")

    await world.edge(scope, receive, send)
    return answer
