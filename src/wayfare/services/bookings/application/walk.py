"""What walking a booking and walking an exchange through their sagas have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from wayfare.contracts.payments.api import AuthorisePayment, NextAction, Payment, PaymentRef, PaymentsApi
from wayfare.kernel.errors import ValidationFailed, WayfareError
from wayfare.services.bookings.application.note_trouble import trouble_of
from wayfare.services.bookings.application.ports import Stored
from wayfare.services.bookings.domain.exchange_saga import ExchangeProgress
from wayfare.services.bookings.domain.saga import Progress

ProgressT = TypeVar("ProgressT", Progress, ExchangeProgress)


class Walk(msgspec.Struct, Generic[ProgressT], kw_only=True):
    """One walk: what is known, and why it may have to fail."""

    progress: ProgressT
    error: WayfareError | None = None
    reason: str = ""
    next_action: NextAction | None = None
    answer: Stored | None = None
    trouble: WayfareError | None = None  # of the step just made

    async def authorise(self, payments: PaymentsApi, message: AuthorisePayment) -> None:
        try:
            payment = await payments.authorise(message)
        except ValidationFailed as error:
            self.progress.payment, self.error = "failed", error
            self.trouble = error
        else:
            self._learn(payment)
            self.next_action = payment.next_action

    async def capture(self, payments: PaymentsApi, payment_id: UUID) -> None:
        self._learn(await payments.capture(PaymentRef(payment_id)))

    def _learn(self, payment: Payment) -> None:
        self.progress.payment, self.reason = payment.state, payment.reason
        self.trouble = trouble_of(payment)

    async def make(self, step: Awaitable[None], note: Callable[[Exception], Awaitable[None]]) -> None:
        """Make one step; what goes wrong with it is noted, and raised on when it was raised."""
        self.trouble = None
        try:
            await step
        except Exception as error:
            await note(error)
            raise
        if self.trouble is not None:
            await note(self.trouble)
