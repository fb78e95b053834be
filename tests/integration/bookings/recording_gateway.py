"""A gateway with a memory: the simulated one, and a ledger of what it was asked to move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from wayfare.kernel.errors import Unavailable
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.simulated_gateway import SimulatedGateway
from wayfare.services.payments.application.ports import Charge, GatewayAnswer, Notice


class RecordingGateway(SimulatedGateway):
    """`captured` and `refunded` hold the amount moved by key, once however often it was asked."""

    def __init__(self, secret: bytes = b"test", slow_s: float = 0.2, fee_share: Decimal = Decimal(0)) -> None:
        super().__init__(secret, slow_s, fee_share=fee_share)
        self.authorised: dict[str, Money] = {}
        self.captured: dict[str, Money] = {}
        self.refunded: dict[str, Money] = {}
        self.voided: set[str] = set()
        self.calls: Counter[str] = Counter()
        self.fail_next: dict[str, int] = {}
        self.refuse: set[str] = set()
        self.notice_key = ""  # the payment that any webhook is about
        self.down_s = 0
        self.mute = False  # look-ups are not answered either

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        self._called("authorise")
        answer = await super().authorise(charge)
        if answer.outcome == "authorised":
            self.authorised[charge.key] = charge.amount
        return answer

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        if self.mute:
            raise Unavailable("look_up is told to fail")
        if charge.token == "tok_timeout":
            self.authorised[charge.key] = charge.amount
        return await super().look_up(charge)

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        self._called("capture")
        if "capture" in self.refuse:
            return GatewayAnswer("declined", reason="capture_refused")
        answer = await super().capture(key, ref, amount)
        if answer.outcome == "captured":
            self.captured[key] = amount
        return answer

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        self._called("void")
        self.voided.add(key)
        return await super().void(key, ref, amount)

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        self._called("refund")
        if "refund" in self.refuse:
            return GatewayAnswer("declined", reason="refund_refused")
        answer = await super().refund(key, ref, amount)
        if answer.outcome == "refunded":
            self.refunded[key] = amount
        return answer

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        return Notice(f"evt_{self.notice_key}", self.notice_key, "charge.authorised")

    def retry_after_s(self, method: str) -> int:
        return self.down_s

    def _called(self, method: str) -> None:
        self.calls[method] += 1
        if self.fail_next.get(method, 0) > 0:
            self.fail_next[method] -= 1
            raise Unavailable(f"{method} is told to fail")
