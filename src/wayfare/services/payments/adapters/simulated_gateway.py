"""A gateway in this process that moves no money and needs no memory, for demonstrations, tests and load.

What it answers is decided by the token alone (domain/simulation.py), so it answers the same after any restart. Its
reference is a keyed BLAKE2b hash of key, amount and currency: only what was authorised here can be captured here, and
for that amount only. Where no customer can act, he confirms by himself a few seconds after the payment was made.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from wayfare.contracts.payments.api import NextAction
from wayfare.kernel.errors import Unauthenticated, Unavailable
from wayfare.kernel.money import Money
from wayfare.services.payments.application.ports import Charge, ChargesPage, GatewayAnswer, Notice
from wayfare.services.payments.domain.payment import made_at_ms
from wayfare.services.payments.domain.simulation import CUSTOMER_S, NOT_CONFIRMED, SLOW_S, judge

_VOIDED = GatewayAnswer("voided")
_REFUNDED = GatewayAnswer("refunded")
_REMEMBERED_MAX = 4096
_MARKS = {"": "sim_", "capture": "simc_", "refund": "simr_"}


class SimulatedGateway:
    """Implements the port `PaymentGateway`."""

    name = "simulated"
    voids_by_key = True

    def __init__(
        self,
        secret: bytes,
        slow_s: float = SLOW_S,
        customer_s: float = CUSTOMER_S,
        fee_share: Decimal = Decimal(0),
    ) -> None:
        """`fee_share`: what it keeps of each capture, rounded to the minor unit."""
        self._key = hashlib.blake2b(b"simulated-gateway", key=secret[:64], digest_size=32).digest()
        self._slow_s, self._customer_s, self._fee_share = slow_s, customer_s, fee_share
        self._failed_once: dict[str, None] = {}

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        answering = judge(charge.token).answering
        if answering != "at_once":
            await self._misbehave(charge.key, answering)
        return self._decide(charge)

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        answering = judge(charge.token).answering
        if answering == "outage":
            raise Unavailable("the simulated gateway is down for this token")
        if answering == "error_before" and charge.key not in self._failed_once:
            return GatewayAnswer("unknown")
        return self._decide(charge)

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        if not any(hmac.compare_digest(ref, self._ref(key, amount, mark)) for mark in _MARKS.values()):
            return GatewayAnswer("declined", reason="unknown_reference")
        if ref.startswith(_MARKS["capture"]):
            return GatewayAnswer("declined", reason="capture_refused")
        fee = amount.times(self._fee_share).minor if self._fee_share else 0
        return GatewayAnswer("captured", ref, fee=fee)

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:  # noqa: ARG002  nothing is reserved
        return _VOIDED

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:  # noqa: ARG002
        if ref.startswith(_MARKS["refund"]):
            return GatewayAnswer("declined", reason="refund_refused")
        if not ref.startswith("sim"):
            return GatewayAnswer("declined", reason="unknown_reference")
        return _REFUNDED

    async def list_charges(self, since_s: int, after: str) -> ChargesPage | None:  # noqa: ARG002  it remembers none
        return None

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:  # noqa: ARG002
        raise Unauthenticated("the simulated gateway of this process sends no notices")

    def retry_after_s(self, method: str) -> int:  # noqa: ARG002
        return 0

    async def aclose(self) -> None:
        return None

    def _decide(self, charge: Charge) -> GatewayAnswer:
        verdict = judge(charge.token)
        ref = self._ref(charge.key, charge.amount, _MARKS[verdict.refuses])
        if verdict.outcome == "declined":
            return GatewayAnswer("declined", reason=verdict.reason)
        if verdict.outcome == "authorised":
            return GatewayAnswer("authorised", ref)
        if _age_s(charge.key) < self._customer_s:
            action = NextAction("redirect", f"https://bank.example/confirm/{charge.key}")
            return GatewayAnswer("pending", ref, verdict.reason, action)
        if verdict.customer_agrees:
            return GatewayAnswer("authorised", ref)
        return GatewayAnswer("declined", reason=NOT_CONFIRMED)

    async def _misbehave(self, key: str, answering: str) -> None:
        if answering == "slowly":
            await asyncio.sleep(self._slow_s)
        elif answering == "never":
            await asyncio.Event().wait()
        elif answering == "outage" or key not in self._failed_once:
            if len(self._failed_once) >= _REMEMBERED_MAX:
                del self._failed_once[next(iter(self._failed_once))]
            self._failed_once[key] = None
            raise Unavailable("the simulated gateway fails for this token")

    def _ref(self, key: str, amount: Money, mark: str) -> str:
        text = f"{mark}{key}|{amount.minor}|{amount.currency}"
        mac = hashlib.blake2b(text.encode(), key=self._key, digest_size=15).digest()
        return f"{mark}{urlsafe_b64encode(mac).decode()}"


def _age_s(key: str) -> float:
    """Seconds since a payment's id was made; a key that is none is old."""
    try:
        return time.time() - made_at_ms(UUID(key)) / 1000
    except ValueError:
        return float("inf")
