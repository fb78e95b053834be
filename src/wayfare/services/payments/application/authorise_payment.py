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
from wayfare.services.payments.application.screen_payment import ScreenPayment, Verdict
from wayfare.services.payments.domain.payment import OPEN_STATES, PaymentRecord, judged, made_at_ms

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

    def __init__(self, store: PaymentStore, gateway: PaymentGateway, timeout_s: float, screen: ScreenPayment) -> None:
        self._store, self._gateway, self._timeout_s, self._screen = store, gateway, timeout_s, screen
        self._fresh_ms = int(min(FRESH_S_MAX, timeout_s / 2) * 1000)

    async def __call__(self, message: Message) -> Payment:
        """Raises ValidationFailed, Unavailable."""
        refuse_card_number(message.token)
        resumed = message.risk is not None and message.risk.resumed
        fresh = not resumed and time.time_ns() // 1_000_000 - made_at_ms(message.payment_id) <= self._fresh_ms
        known = None if fresh else await self._store.find_payment(message.payment_id)
        verdict = await self._screen(message) if known is None and self._screen.is_on else None
        if fresh and verdict is not None and verdict.is_doubtful:
            known = await self._store.find_payment(message.payment_id)
        if known is not None:
            if known.booking_id != message.booking_id or known.amount != message.amount:
                raise ValidationFailed("this payment was made for something else")
            if known.state not in OPEN_STATES or await self._is_reviewed(known):
                return known.public()
        charge = Charge(
            str(message.payment_id), message.amount, message.method, message.token, known.gateway_ref if known else ""
        )
        record = known or PaymentRecord(
            payment_id=message.payment_id,
            booking_id=message.booking_id,
            amount=message.amount,
            state="pending",
            method=message.method,
            token=message.token,
            gateway=self._gateway.name,
        )
        if known is None and verdict is not None:
            return await self._record_judged(record, charge, verdict, fresh=fresh)
        answer = await self._ask(charge, look_up=known is not None)
        record = msgspec.structs.replace(record, gateway=record.gateway or self._gateway.name)
        return await self._record(answered(record, answer))

    async def _record_judged(self, record: PaymentRecord, charge: Charge, verdict: Verdict, *, fresh: bool) -> Payment:
        """What rules stop is written without asking the gateway, unless a process that died has asked it before."""
        screening = verdict.screening
        if verdict.again or not fresh:
            earlier = await self._look_up(charge)
            if earlier.outcome != "unknown":
                passed = msgspec.structs.replace(screening, decision="accept")
                return await self._record(answered(judged(record, passed), earlier))
        record = judged(record, screening)
        if screening.decision != "accept":
            return await self._record(record)
        return await self._record(answered(record, await self._ask(charge, look_up=False)))

    async def _record(self, record: PaymentRecord) -> Payment:
        return (await self._store.record_authorisation(record)).public()

    async def _is_reviewed(self, known: PaymentRecord) -> bool:
        """Whether a person still has to decide before the gateway may be asked."""
        return not known.gateway and await self._screen.find_state(known.payment_id) != "accepted"

    async def settle(self, record: PaymentRecord) -> PaymentRecord:
        """Look up what became of a payment that is open, and write it. Raises Unavailable."""
        charge = Charge(str(record.payment_id), record.amount, record.method, record.token, record.gateway_ref)
        answer = await self._look_up(charge)
        if answer.outcome == "unknown":
            return record
        return await self._store.record_authorisation(answered(record, answer))

    async def _look_up(self, charge: Charge) -> GatewayAnswer:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._gateway.look_up(charge)
        except TimeoutError:
            raise Unavailable("the payment gateway did not answer in time") from None

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
