"""How much can be given back."""

from __future__ import annotations

from uuid import UUID

import pytest

from wayfare.contracts.payments.api import PaymentState
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.payment import PaymentRecord, check_refund, full_refund_id, made_at_ms


def payment(state: PaymentState = "captured", refunded: int = 0) -> PaymentRecord:
    return PaymentRecord(
        payment_id=uuid7(),
        booking_id=uuid7(),
        amount=Money(5990, "EUR"),
        state=state,
        method="card",
        token="tok_approved",
        gateway="simulated",
        refunded=refunded,
    )


class TestCheckRefund:
    def test_up_to_what_was_captured(self) -> None:
        check_refund(payment(refunded=5000), Money(990, "EUR"))

    @pytest.mark.parametrize("minor", [0, -1, 991, 5990])
    def test_not_more_and_not_nothing(self, minor: int) -> None:
        with pytest.raises(ValidationFailed):
            check_refund(payment(refunded=5000), Money(minor, "EUR"))

    def test_only_in_its_currency(self) -> None:
        with pytest.raises(ValidationFailed):
            check_refund(payment(), Money(1, "USD"))

    @pytest.mark.parametrize("state", ["new", "pending", "authorised", "declined", "voided", "failed"])
    def test_only_what_was_captured(self, state: PaymentState) -> None:
        with pytest.raises(ValidationFailed):
            check_refund(payment(state), Money(1, "EUR"))


class TestIds:
    def test_a_full_refund_has_one_id(self) -> None:
        one = payment()
        assert full_refund_id(one.payment_id) == full_refund_id(one.payment_id)
        assert full_refund_id(one.payment_id) != full_refund_id(payment().payment_id)

    def test_the_millisecond_of_an_id(self) -> None:
        assert made_at_ms(UUID("019a0000-0001-7000-8000-000000000000")) == 0x019A00000001
