"""Put on record that a customer's bank took captured money back."""

from __future__ import annotations

import structlog

from wayfare.contracts.payments.api import Payment, RecordChargeback
from wayfare.services.payments.application.ports import PaymentStore

log = structlog.get_logger()


class ChargebackUseCase:
    """The money has moved already: this writes the loss into the journal. The booking is for people to look at."""

    def __init__(self, store: PaymentStore) -> None:
        self._store = store

    async def __call__(self, message: RecordChargeback) -> Payment:
        """Idempotent by chargeback id. Raises NotFound, ValidationFailed."""
        await self._store.record_chargeback(message)
        log.warning("payment.charged_back", payment_id=str(message.payment_id), reason=message.reason)
        return (await self._store.get_payment(message.payment_id)).public()
