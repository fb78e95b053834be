"""The gateway in front of services, all on real sockets: balance, retries, circuits, headers, streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from starlette.types import Receive, Scope, Send

from integration.gateway.sockets import Breaking, Peer, bound, listening, say, url_of
from wayfare.contracts.customers.roles import Permission
from wayfare.gateway import problems
from wayfare.gateway.edge import Edge
from wayfare.gateway.gate import Gate
from wayfare.gateway.proxy import upstreams as proxy_upstreams
from wayfare.gateway.proxy.forward import Forward
from wayfare.gateway.proxy.routes import RouteTable
from wayfare.gateway.proxy.upstreams import State, Upstreams
from wayfare.infrastructure.access import anyone, needs
from wayfare.infrastructure.passed import Passing

SECRET = b"a secret of the tests that is long"


def declared() -> APIRouter:
    router = APIRouter()

    @router.get("/v1/things/{thing}")
    @anyone
    async def get_thing(thing: str) -> None:
        raise AssertionError("a route of a service does not run in the gateway")

    @router.post("/v1/things")
    @anyone
    async def make_thing() -> None:
        raise AssertionError("a route of a service does not run in the gateway")

    @router.get("/v1/mine")
    @needs(Permission.ACCOUNT_OWN)
    async def mine() -> None:
        raise AssertionError("a route of a service does not run in the gateway")

    return router


@asynccontextmanager
async def gateway(*peers: Peer | Breaking, silent: str = "") -> AsyncIterator[tuple[httpx2.AsyncClient, Upstreams]]:
    """`silent`: one more address, at which nobody listens."""
    async with AsyncExitStack() as stack:
        for peer in peers:
            await stack.enter_async_context(
                peer.listening() if isinstance(peer, Breaking) else listening(peer, peer.listener)
            )
        addresses = [*([silent] if silent else []), *(peer.url for peer in peers)]
        upstreams = Upstreams({"things": addresses}, connections_max=8)
        app = FastAPI()
        problems.install(app)
        forward = Forward(RouteTable({"things": [declared()]}), upstreams, Gate(None, "rpc"), Passing(SECRET), app)
        listener = bound()
        await stack.enter_async_context(listening(Edge(forward, body_bytes_max=1000, worker=0), listener))
        stack.push_async_callback(upstreams.stop)
        client = httpx2.AsyncClient(base_url=url_of(listener), timeout=20)
        yield await stack.enter_async_context(client), upstreams


def nobody() -> str:
    """An address at which nobody listens."""
    with bound() as taken:
        return url_of(taken)


class TestAddresses:
    async def test_take_turns(self) -> None:
        one, other = Peer(), Peer()
        async with gateway(one, other) as (client, _):
            answers = [await client.get(f"/v1/things/{number}") for number in range(10)]
        assert {answer.status_code for answer in answers} == {200}
        assert (len(one.asked), len(other.asked)) == (5, 5)

    async def test_the_one_with_less_to_do_is_asked(self) -> None:
        free = asyncio.Event()

        async def wait(scope: Scope, receive: Receive, send: Send) -> None:
            await free.wait()
            await say(send, 200, b"{}")

        busy, other = Peer(wait), Peer()
        async with gateway(busy, other) as (client, _):
            waiting = asyncio.create_task(client.get("/v1/things/slow"))
            while not busy.asked:
                if waiting.done():  # it was the other's turn
                    waiting = asyncio.create_task(client.get("/v1/things/slow"))
                await asyncio.sleep(0.005)
            before = len(other.asked)
            for number in range(6):
                assert (await client.get(f"/v1/things/{number}")).status_code == 200
            free.set()
            assert (await waiting).status_code == 200
        assert (len(busy.asked), len(other.asked) - before) == (1, 6)

    async def test_one_that_is_not_ready_is_asked_when_there_is_no_other(self) -> None:
        ready, draining = Peer(), Peer()
        draining.ready = 503
        async with gateway(ready, draining) as (client, upstreams):
            await upstreams.start()
            for number in range(4):
                await client.get(f"/v1/things/{number}")
            assert (len(ready.asked), len(draining.asked)) == (4, 0)
            ready.ready = 503
            for upstream in upstreams._known.values():
                await upstream.look()
            assert (await client.get("/v1/things/5")).status_code == 200

    async def test_nobody_there_is_told_at_once_and_seen_when_back(self) -> None:
        address = nobody()
        async with gateway(silent=address) as (client, upstreams):
            answer = await client.get("/v1/things/1")
            assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
            assert upstreams.away() == ["things"]
            (known,) = upstreams._known.values()
            await known.look()
            assert known.state == State.AWAY


class TestTryingAgain:
    async def test_what_only_reads_is_asked_of_another(self) -> None:
        broken, good = Breaking(), Peer()
        async with gateway(broken, good) as (client, _):
            answers = [await client.get(f"/v1/things/{number}") for number in range(4)]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert broken.asked >= 1

    @pytest.mark.parametrize("headers", [{}, {"idempotency-key": "once"}])
    async def test_what_writes_is_never_sent_twice(self, headers: dict[str, str]) -> None:
        broken, other = Breaking(), Breaking()
        async with gateway(broken, other) as (client, _):
            answer = await client.post("/v1/things", json={}, headers=headers)
        assert (answer.status_code, broken.asked + other.asked) == (503, 1)

    async def test_what_was_never_sent_goes_elsewhere(self) -> None:
        good = Peer()
        async with gateway(good, silent=nobody()) as (client, _):
            for _ in range(4):
                answer = await client.post("/v1/things", content=b'{"a": 1}', headers={"idempotency-key": "once"})
                assert answer.status_code == 200
        assert good.bodies == [b'{"a": 1}'] * 4

    async def test_who_breaks_off_again_and_again_is_left_alone_for_a_while(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(proxy_upstreams, "OPEN_S", 1.0)
        broken = Breaking()
        async with gateway(broken) as (client, _):
            answers = [await client.post("/v1/things") for _ in range(proxy_upstreams.FAILURES_MAX + 10)]
            assert {answer.status_code for answer in answers} == {503}
            assert broken.asked == proxy_upstreams.FAILURES_MAX
            while broken.asked == proxy_upstreams.FAILURES_MAX:  # a second later one of them finds out
                await client.post("/v1/things")
                await asyncio.sleep(0.05)


class TestHeaders:
    async def test_only_the_gateway_says_who_asks(self) -> None:
        peer = Peer()
        said = {
            **{"x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "https", "forwarded": "for=1.2.3.4"},
            **{"wayfare-passed": "mine", "connection": "keep-alive, x-hop", "x-hop": "1", "te": "trailers"},
            **{"x-kept": "yes", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
            **{"x-correlation-id": "the-clients-own"},
        }
        async with gateway(peer) as (client, _):
            await client.get("/v1/things/a%20b?q=%20x&q=y", headers=said)
        told = peer.headers()
        assert (peer.asked[0]["raw_path"], peer.asked[0]["query_string"]) == (b"/v1/things/a%20b", b"q=%20x&q=y")
        assert told[b"x-forwarded-for"] == b"127.0.0.1"
        assert told[b"x-forwarded-proto"] == b"http"
        assert {b"forwarded", b"x-hop", b"te"}.isdisjoint(told)
        assert (told[b"x-kept"], told[b"traceparent"]) == (b"yes", said["traceparent"].encode())
        assert told[b"x-correlation-id"] == b"the-clients-own"
        scope = {"method": "GET", "path": peer.asked[0]["path"], "client": ("10.9.9.9", 1)}
        Passing(SECRET).open(scope, told[b"wayfare-passed"])
        assert scope["client"] == ("127.0.0.1", 0)

    async def test_what_the_service_says_of_its_own_hop_stays_there(self) -> None:
        async def respond(scope: Scope, receive: Receive, send: Send) -> None:
            own = {"x_content_type_options": "nosniff", "access_control_allow_origin": "*", "x_kept": "yes"}
            await say(send, 201, b"{}", **own, set_cookie="a=b")

        async with gateway(Peer(respond)) as (client, _):
            answer = await client.post("/v1/things")
        names = [name for name, _ in answer.headers.multi_items()]
        assert (answer.status_code, len(names)) == (201, len(set(names)))
        assert (answer.headers["x-kept"], answer.headers["set-cookie"]) == ("yes", "a=b")
        assert "access-control-allow-origin" not in answer.headers

    async def test_nobody_is_let_through_whom_the_gate_refuses(self) -> None:
        peer = Peer()
        async with gateway(peer) as (client, _):
            assert (await client.get("/v1/mine")).status_code == 401
            assert (await client.post("/v1/things", content=b"x" * 2000)).status_code == 413
            assert (await client.delete("/v1/things/1")).status_code == 404, "no service has this"
        assert peer.asked == []


class TestStreams:
    async def test_come_piece_by_piece_and_end_when_nobody_listens(self) -> None:
        heard, left = asyncio.Event(), asyncio.Event()

        async def respond(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]}
            )
            await send({"type": "http.response.body", "body": b"data: one\n\n", "more_body": True})
            await heard.wait()
            await send({"type": "http.response.body", "body": b"data: two\n\n", "more_body": True})
            while (await receive())["type"] != "http.disconnect":
                pass
            left.set()

        async with gateway(Peer(respond)) as (client, upstreams):
            async with client.stream("GET", "/v1/things/news") as answer:
                pieces = answer.aiter_bytes()
                assert await anext(pieces) == b"data: one\n\n"
                heard.set()
                assert await anext(pieces) == b"data: two\n\n"
            async with asyncio.timeout(20):
                await left.wait()
                while any(one.running for one in upstreams._known.values()):
                    await asyncio.sleep(0.01)

    async def test_a_long_answer_is_not_kept_in_memory_nor_altered(self) -> None:
        body = bytes(range(256)) * 20_000

        async def respond(scope: Scope, receive: Receive, send: Send) -> None:
            await say(send, 200, body)

        async with gateway(Peer(respond)) as (client, _):
            answer = await client.get("/v1/things/long")
        assert answer.content == body
        assert int(answer.headers["content-length"]) == len(body)
