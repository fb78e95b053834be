"""Reserve the amount of a payment at the gateway."""

from __future__ import annotations

import asyncio
import time

import msgspec

from wayfare.contracts.payments.api import AuthorisePayment as Message
from wayfare.contracts.payments.api import Payment, PaymentState
from wayfare.kernel.card_numbers import refuse_card_number
from wayfare.kernel.errors import Unavailable, ValidationFailed
from wayfare.services.payments.application.ports import Charge, GatewayAnswer, PaymentGateway, PaymentStore
from wayfare.services.payments.domain.payment import OPEN_STATES, PaymentRecord, made_at_ms

_STATES: dict[str, PaymentState] = {
    "authorised": "authorised",
    "declined": "declined",
    "captured": "captured",
    "pending": "pending",
}
FRESH_S_MAX = 2.0


class AuthorisePayment:
    """One write per payment, after the gateway's answer.

    Nothing is written before the gateway is asked: the booking's row already names the payment, and the gateway
    is idempotent by that name, so a process that dies in between is resumed by asking again. A payment whose id
    was made a moment ago cannot be known yet, which saves the hot path a read; a repeated request within that
    moment asks the gateway again under the same key.
    """

    def __init__(self, store: PaymentStore, gateway: PaymentGateway, timeout_s: float) -> None:
        self._store, self._gateway, self._timeout_s = store, gateway, timeout_s
        self._fresh_ms = int(min(FRESH_S_MAX, timeout_s / 2) * 1000)

    async def __call__(self, message: Message) -> Payment:
        """Raises ValidationFailed, Unavailable."""
        refuse_card_number(message.token)
        known = None
        if time.time_ns() // 1_000_000 - made_at_ms(message.payment_id) > self._fresh_ms:
            known = await self._store.find_payment(message.payment_id)
        if known is not None:
            if known.booking_id != message.booking_id or known.amount != message.amount:
                raise ValidationFailed("this payment was made for something else")
            if known.state not in OPEN_STATES:
                return known.public()
        charge = Charge(
            str(message.payment_id), message.amount, message.method, message.token, known.gateway_ref if known else ""
        )
        answer = await self._ask(charge, look_up=known is not None)
        record = PaymentRecord(
            payment_id=message.payment_id,
            booking_id=message.booking_id,
            amount=message.amount,
            state="pending",
            method=message.method,
            token=message.token,
            gateway=self._gateway.name,
        )
        return (await self._store.record_authorisation(answered(known or record, answer))).public()

    async def settle(self, record: PaymentRecord) -> PaymentRecord:
        """Look up what became of a payment that is open, and write it. Raises Unavailable."""
        charge = Charge(str(record.payment_id), record.amount, record.method, record.token, record.gateway_ref)
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._gateway.look_up(charge)
        except TimeoutError:
            raise Unavailable("the payment gateway did not answer in time") from None
        if answer.outcome == "unknown":
            return record
        return await self._store.record_authorisation(answered(record, answer))

    async def _ask(self, charge: Charge, *, look_up: bool) -> GatewayAnswer | None:
        """The gateway's answer, or None when it gave none in time."""
        try:
            async with asyncio.timeout(self._timeout_s):
                if look_up:
                    answer = await self._gateway.look_up(charge)
                    if answer.outcome != "unknown":
                        return answer
                return await self._gateway.authorise(charge)
        except (TimeoutError, Unavailable):
            return None


def answered(record: PaymentRecord, answer: GatewayAnswer | None) -> PaymentRecord:
    """The payment after an answer of its gateway; without one it is pending, and keeps what was known."""
    if answer is None:
        return msgspec.structs.replace(record, state="pending")
    return msgspec.structs.replace(
        record,
        state=_STATES.get(answer.outcome, "failed"),
        gateway=answer.gateway or record.gateway,
        gateway_ref=answer.ref or record.gateway_ref,
        reason=answer.reason,
        action_url=answer.next_action.url if answer.next_action else "",
    )
