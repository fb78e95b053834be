"""A gateway that moves no money and needs no memory, for demonstrations, tests and load.

What it answers is decided by the token alone, so it answers the same after any restart:

    tok_approved             authorised
    tok_declined             declined, "card_declined"
    tok_insufficient_funds   declined, "insufficient_funds"
    tok_slow                 authorised, two seconds later
    tok_timeout              never answers, but the amount is reserved: look_up says so
    anything else            declined, "unknown_token"

Its reference is an HMAC over key, amount and currency: only what was authorised here can be captured here, and
for that amount only.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from base64 import urlsafe_b64encode
from decimal import Decimal

from wayfare.kernel.money import Money
from wayfare.services.payments.application.ports import Charge, GatewayAnswer

SLOW_S = 2.0
DECLINED = {"tok_declined": "card_declined", "tok_insufficient_funds": "insufficient_funds"}
APPROVED = frozenset({"tok_approved", "tok_slow", "tok_timeout"})
_VOIDED = GatewayAnswer("voided")
_REFUNDED = GatewayAnswer("refunded")


class SimulatedGateway:
    """Implements the port `PaymentGateway`."""

    name = "simulated"

    def __init__(self, secret: bytes, slow_s: float = SLOW_S, fee_share: Decimal = Decimal(0)) -> None:
        """`fee_share`: what it keeps of each capture, rounded to the minor unit."""
        self._key = hashlib.blake2b(b"simulated-gateway", key=secret[:64], digest_size=32).digest()
        self._slow_s, self._fee_share = slow_s, fee_share

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        if charge.token == "tok_slow":
            await asyncio.sleep(self._slow_s)
        elif charge.token == "tok_timeout":
            await asyncio.Event().wait()
        return await self.look_up(charge)

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        if charge.token in APPROVED:
            return GatewayAnswer("authorised", self._ref(charge.key, charge.amount))
        return GatewayAnswer("declined", reason=DECLINED.get(charge.token, "unknown_token"))

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        if not hmac.compare_digest(ref, self._ref(key, amount)):
            return GatewayAnswer("declined", reason="unknown_reference")
        fee = amount.times(self._fee_share).minor if self._fee_share else 0
        return GatewayAnswer("captured", ref, fee=fee)

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:  # noqa: ARG002  nothing is reserved
        return _VOIDED

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:  # noqa: ARG002
        if not ref.startswith("sim_"):
            return GatewayAnswer("declined", reason="unknown_reference")
        return _REFUNDED

    async def aclose(self) -> None:
        return None

    def _ref(self, key: str, amount: Money) -> str:
        text = f"{key}|{amount.minor}|{amount.currency}"
        mac = hmac.digest(self._key, text.encode(), "sha256")[:15]
        return f"sim_{urlsafe_b64encode(mac).decode()}"
