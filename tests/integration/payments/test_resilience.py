"""Retries, circuit, time-outs and bulkhead around gateways on real sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from fastapi import FastAPI, Request, Response

from fakes.sockets import served
from wayfare.kernel.errors import Unavailable
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.gateway_router import GatewayRouter
from wayfare.services.payments.adapters.resilience import Limits, ResilientGateway
from wayfare.services.payments.adapters.simulated_http_gateway import SimulatedHttpGateway
from wayfare.services.payments.application.ports import Charge

PRICE = Money(5990, "EUR")
LIMITS = Limits(
    concurrent_max=4,
    waiting_max=4,
    attempts=3,
    attempt_timeout_s=0.3,
    backoff_s=0.01,
    backoff_s_max=0.05,
    failures_max=3,
    open_s=0.4,
)


class Moody:
    """A gateway that answers as it is told: `mood` is a status code, or "hang"."""

    def __init__(self) -> None:
        self.mood: int | str = 200
        self.left = 0  # answers with `mood` before all is well; 0: for ever
        self.requests = 0
        self.at_once = self.at_once_max = 0
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self.answer, methods=["GET", "POST"], response_model=None)

    async def answer(self, request: Request) -> Response:
        self.requests += 1
        self.at_once += 1
        self.at_once_max = max(self.at_once_max, self.at_once)
        try:
            mood, self.mood, self.left = self.mood, 200 if self.left == 1 else self.mood, max(0, self.left - 1)
            if mood == "hang":
                await asyncio.sleep(30)
            await asyncio.sleep(0.02)
            status = mood if isinstance(mood, int) else 200
            state = {"id": "ch_1", "state": "authorised" if status == 200 else "declined", "reason": "no"}
            return Response(msgspec.json.encode(state), status, None, "application/json")
        finally:
            self.at_once -= 1


@asynccontextmanager
async def moody(limits: Limits = LIMITS, name: str = "moody") -> AsyncIterator[tuple[Moody, ResilientGateway]]:
    server = Moody()
    async with served(server.app) as url:
        plain = SimulatedHttpGateway(url, "key", "secret")
        plain.name = name  # type: ignore[misc]
        gateway = ResilientGateway(plain, limits)
        yield server, gateway
        await gateway.aclose()


def charge(method: str = "card") -> Charge:
    return Charge(str(uuid7()), PRICE, method, "tok_approved")


async def fail(gateway: ResilientGateway, times: int = LIMITS.failures_max) -> None:
    for _ in range(times):
        with pytest.raises(Unavailable):
            await gateway.authorise(charge())


class TestRetries:
    async def test_trouble_that_passes_is_not_noticed(self) -> None:
        async with moody() as (server, gateway):
            server.mood, server.left = 503, 2
            assert (await gateway.authorise(charge())).outcome == "authorised"
            assert server.requests == 3

    async def test_they_end(self) -> None:
        async with moody() as (server, gateway):
            server.mood = 500
            await fail(gateway, 1)
            assert server.requests == LIMITS.attempts

    async def test_a_decline_is_an_answer(self) -> None:
        async with moody() as (server, gateway):
            server.mood = 402
            assert (await gateway.authorise(charge())).outcome == "declined"
            assert server.requests == 1

    async def test_silence_is_not_repeated(self) -> None:
        async with moody() as (server, gateway):
            server.mood = "hang"
            started = time.monotonic()
            await fail(gateway, 1)
            assert time.monotonic() - started < 2 * LIMITS.attempt_timeout_s
            assert server.requests == 1

    async def test_nobody_listens(self) -> None:
        gateway = ResilientGateway(SimulatedHttpGateway("http://127.0.0.1:9", "key", "secret"), LIMITS)
        await fail(gateway, 1)
        await gateway.aclose()


class TestCircuit:
    async def test_opens_fails_fast_and_says_when_to_come_again(self) -> None:
        async with moody() as (server, gateway):
            server.mood = 500
            await fail(gateway)
            asked = server.requests
            started = time.monotonic()
            with pytest.raises(Unavailable) as caught:
                await gateway.authorise(charge())
            assert time.monotonic() - started < 0.05
            assert caught.value.facts["retry_after_s"] >= 1
            assert gateway.retry_after_s("card") >= 1
            assert server.requests == asked

    async def test_one_probe_closes_it_again(self) -> None:
        async with moody() as (server, gateway):
            server.mood = 500
            await fail(gateway)
            await asyncio.sleep(LIMITS.open_s + 0.05)
            server.mood, asked = 200, server.requests
            answers = await asyncio.gather(*(gateway.authorise(charge()) for _ in range(8)), return_exceptions=True)
            assert sum(isinstance(answer, Unavailable) for answer in answers) == 7
            assert server.requests == asked + 1
            assert gateway.retry_after_s("card") == 0
            assert (await gateway.authorise(charge())).outcome == "authorised"

    async def test_a_failed_probe_keeps_it_open(self) -> None:
        async with moody() as (server, gateway):
            server.mood = 500
            await fail(gateway)
            await asyncio.sleep(LIMITS.open_s + 0.05)
            await fail(gateway, 1)
            assert gateway.retry_after_s("card") >= 1

    async def test_silence_opens_it_too(self) -> None:
        async with moody() as (server, gateway):
            server.mood = "hang"
            await asyncio.gather(*(fail(gateway, 1) for _ in range(LIMITS.failures_max)))
            assert gateway.retry_after_s("card") >= 1

    async def test_declines_do_not(self) -> None:
        async with moody() as (server, gateway):
            server.mood = 402
            for _ in range(LIMITS.failures_max + 1):
                await gateway.authorise(charge())
            assert gateway.retry_after_s("card") == 0


class TestBulkhead:
    async def test_no_more_at_once_than_allowed_and_no_endless_queue(self) -> None:
        async with moody() as (server, gateway):
            answers = await asyncio.gather(*(gateway.authorise(charge()) for _ in range(20)), return_exceptions=True)
            assert server.at_once_max == LIMITS.concurrent_max
            refused = [answer for answer in answers if isinstance(answer, Unavailable)]
            assert len(refused) == 20 - LIMITS.concurrent_max - LIMITS.waiting_max

    async def test_a_hanging_gateway_leaves_the_others_alone(self) -> None:
        limits = msgspec.structs.replace(LIMITS, attempt_timeout_s=2.0, failures_max=100)
        async with moody(limits, "slow") as (slow_server, slow), moody(LIMITS, "quick") as (_, quick):
            slow_server.mood = "hang"
            router = GatewayRouter({"slow": slow, "quick": quick}, {"paypal": ("slow",)}, "quick")
            stuck = [asyncio.create_task(router.authorise(charge("paypal"))) for _ in range(8)]
            await asyncio.sleep(0.1)
            started = time.monotonic()
            for _ in range(5):
                assert (await router.authorise(charge())).outcome == "authorised"
            assert time.monotonic() - started < 1.0
            assert not any(task.done() for task in stuck)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)


class TestFallback:
    async def test_the_next_gateway_takes_over_while_the_first_is_down(self) -> None:
        async with moody(LIMITS, "first") as (first_server, first), moody(LIMITS, "second") as (second_server, second):
            router = GatewayRouter({"first": first, "second": second}, {"card": ("first", "second")}, "first")
            assert (await router.authorise(charge())).gateway == "first"
            first_server.mood = 500
            for _ in range(LIMITS.failures_max):
                with pytest.raises(Unavailable):
                    await router.authorise(charge())
            assert second_server.requests == 0
            assert router.retry_after_s("card") == 0
            wanted = charge()
            answer = await router.authorise(wanted)
            assert (answer.outcome, answer.gateway) == ("authorised", "second")
            asked = second_server.requests
            await router.capture(wanted.key, answer.ref, PRICE)
            assert second_server.requests == asked + 1

    async def test_no_other_gateway_for_another_method(self) -> None:
        async with moody(LIMITS, "first") as (server, first), moody(LIMITS, "second") as (_, second):
            router = GatewayRouter({"first": first, "second": second}, {"card": ("first", "second")}, "first")
            server.mood = 500
            await fail(first)
            assert router.retry_after_s("paypal") >= 1
