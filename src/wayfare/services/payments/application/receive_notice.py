"""Take in what a gateway tells of its own accord: a webhook."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from uuid import UUID

import msgspec
import structlog

from wayfare.contracts.payments.api import RecordChargeback
from wayfare.kernel.card_numbers import holds_card_number
from wayfare.kernel.errors import Unavailable
from wayfare.services.payments.application.authorise_payment import AuthorisePayment
from wayfare.services.payments.application.ports import Dispute, Notice, PaymentGateway, PaymentStore
from wayfare.services.payments.application.record_chargeback import ChargebackUseCase
from wayfare.services.payments.domain.payment import OPEN_STATES, PaymentRecord, chargeback_id, made_at_ms

log = structlog.get_logger()

RECENT_S = 600
"""A payment this young may be told of before it is written: the gateway is asked to come again."""


class ReceiveNotice:
    """A notice says that something happened; what is true now is looked up. Hence any order and any number will do."""

    def __init__(
        self,
        store: PaymentStore,
        find_gateway: Callable[[str], PaymentGateway],
        authorise: AuthorisePayment,
        charge_back: ChargebackUseCase,
    ) -> None:
        self._store, self._find_gateway = store, find_gateway
        self._authorise, self._charge_back = authorise, charge_back

    async def __call__(self, gateway: str, headers: Mapping[str, str], body: bytes) -> None:
        """Raises NotFound (no such gateway here), SignatureRefused, Unavailable (tell it again later), ValidationFailed
        (a dispute about more than was captured)."""
        notice = _harmless(await self._find_gateway(gateway).read_notice(headers, body))
        if notice is None or await self._store.has_notice(gateway, notice.event_id):
            return
        record = await self._record_of(notice)
        if record is None:
            return
        if record.state in OPEN_STATES:
            record = await self._authorise.settle(record)
        if notice.dispute is not None:
            await self._take_back(gateway, record, notice.dispute)
        await self._store.record_notice(gateway, notice, record)
        log.info("payment.notified", payment_id=str(record.payment_id), kind=notice.kind, state=record.state)

    async def _take_back(self, gateway: str, record: PaymentRecord, dispute: Dispute) -> None:
        if record.state == "authorised":  # the answer to the capture was lost; the saga asks again
            raise Unavailable("the capture of this payment is not written yet; tell it again")
        chargeback = chargeback_id(gateway, dispute.ref)
        await self._charge_back(RecordChargeback(chargeback, record.payment_id, dispute.amount, dispute.reason))

    async def _record_of(self, notice: Notice) -> PaymentRecord | None:
        try:
            payment_id = UUID(notice.key)
        except ValueError:
            return None
        record = await self._store.find_payment(payment_id)
        if record is None and time.time() - made_at_ms(payment_id) / 1000 < RECENT_S:
            raise Unavailable("this payment is not written yet; tell it again")
        return record


def _harmless(notice: Notice | None) -> Notice | None:
    """A genuine notice whose texts can be kept: gateways have card numbers, and we do not want them.

    An id that looks like one is replaced by its hash: it must still tell a notice from another.
    """
    if notice is None:
        return None
    texts = (notice.event_id, notice.kind, *((notice.dispute.ref, notice.dispute.reason) if notice.dispute else ()))
    if not any(holds_card_number(text.encode(errors="replace")) for text in texts):
        return notice
    safe = [hashlib.blake2b(text.encode(errors="replace"), digest_size=16).hexdigest() for text in texts]
    dispute = msgspec.structs.replace(notice.dispute, ref=safe[2], reason=safe[3]) if notice.dispute else None
    return Notice(safe[0], notice.key, safe[1], dispute)
