"""What stands between the use cases and a gateway that may be slow, flaky or down.

From the outside in, per gateway:

    bulkhead   so many calls at once, so many waiting; more are refused at once, and other gateways never notice
    circuit    after some failures in a row every call fails at once for a while; then one probe goes through
    retries    trouble that was no silence is tried again, with exponential backoff and jitter (all calls are
               idempotent by their key); a time-out is not: the caller's time is gone, the next look-up will tell
    time-out   for each try
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import msgspec
import stamina

from wayfare.infrastructure.circuit import Circuit
from wayfare.kernel.errors import Unavailable
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.gateway_http import is_timeout
from wayfare.services.payments.adapters.metrics import count_gateway_call, set_circuit
from wayfare.services.payments.application.ports import Charge, ChargesPage, GatewayAnswer, Notice, PaymentGateway

T = TypeVar("T")


class Limits(msgspec.Struct, frozen=True):
    """How much patience a gateway gets. `waiting_max`: calls that may wait for one of the `concurrent_max` places."""

    concurrent_max: int = 64
    waiting_max: int = 256
    attempts: int = 3
    attempt_timeout_s: float = 4.0
    backoff_s: float = 0.1
    backoff_s_max: float = 1.0
    failures_max: int = 5
    open_s: float = 15.0


class Bulkhead:
    """A bounded number of calls at once, and a bounded number waiting."""

    def __init__(self, name: str, concurrent_max: int, waiting_max: int) -> None:
        self._name, self._waiting_max = name, waiting_max
        self._places = asyncio.Semaphore(concurrent_max)
        self._waiting = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Raises Unavailable when too many wait already."""
        if self._places.locked() and self._waiting >= self._waiting_max:
            raise Unavailable(f"too many calls wait for {self._name}")
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()


class ResilientGateway:
    """A gateway with all of that around it. Implements the port `PaymentGateway`."""

    def __init__(self, gateway: PaymentGateway, limits: Limits) -> None:
        self.name, self.voids_by_key = gateway.name, gateway.voids_by_key
        self._gateway, self._limits = gateway, limits
        self._bulkhead = Bulkhead(self.name, limits.concurrent_max, limits.waiting_max)
        self._circuit = Circuit(self.name, limits.failures_max, limits.open_s, self._note_circuit)

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        return await self._call("authorise", lambda: self._gateway.authorise(charge))

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        return await self._call("look_up", lambda: self._gateway.look_up(charge))

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        return await self._call("capture", lambda: self._gateway.capture(key, ref, amount))

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        return await self._call("void", lambda: self._gateway.void(key, ref, amount))

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        return await self._call("refund", lambda: self._gateway.refund(key, ref, amount))

    async def list_charges(self, since_s: int, after: str) -> ChargesPage | None:
        return await self._call("list_charges", lambda: self._gateway.list_charges(since_s, after))

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        """Webhooks are not shut out by the circuit: they are signs of life."""
        try:
            async with asyncio.timeout(self._limits.attempt_timeout_s):
                return await self._gateway.read_notice(headers, body)
        except TimeoutError as error:
            raise Unavailable(f"{self.name} did not answer in time") from error

    def retry_after_s(self, method: str) -> int:  # noqa: ARG002
        return math.ceil(self._circuit.invite_s())

    async def aclose(self) -> None:
        await self._gateway.aclose()

    async def _call(self, name: str, work: Callable[[], Awaitable[T]]) -> T:
        if self._circuit.remaining_s() > 0:  # not even a place to wait
            async with self._circuit.closed():
                pass
        result = "error"
        try:
            async with self._bulkhead.place(), self._circuit.closed():
                answer = await self._try(work)
            result = answer.outcome if isinstance(answer, GatewayAnswer) else "listed"
            return answer
        finally:
            count_gateway_call(self.name, name, result)

    def _note_circuit(self, is_open: bool) -> None:
        set_circuit(self.name, is_open=is_open)

    async def _try(self, work: Callable[[], Awaitable[T]]) -> T:
        limits = self._limits
        retries = stamina.retry_context(
            on=worth_retrying,
            attempts=limits.attempts,
            timeout=None,  # the caller has one
            wait_initial=limits.backoff_s,
            wait_max=limits.backoff_s_max,
            wait_jitter=limits.backoff_s,
        )
        async for attempt in retries:
            with attempt:
                try:
                    async with asyncio.timeout(limits.attempt_timeout_s):
                        return await work()
                except TimeoutError as error:
                    raise Unavailable(f"{self.name} did not answer in time") from error
        raise AssertionError("a retry context ends with an answer or an error")


def worth_retrying(error: Exception) -> bool:
    """Trouble on the way or at the gateway, but not its silence."""
    return isinstance(error, Unavailable) and not is_timeout(error)
