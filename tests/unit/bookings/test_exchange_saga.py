"""The exchange's steps: every run ends with the old booking whole and no money moved, or with the new one done."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.contracts.payments.api import PaymentState
from wayfare.services.bookings.domain.exchange_saga import (
    EXCHANGE_ENDS,
    ExchangeProgress,
    ExchangeStep,
    next_exchange_step,
)
from wayfare.services.bookings.domain.saga import ATTEMPTS_MAX, HoldStatus

PAYMENTS: list[PaymentState | None] = [
    None, "new", "pending", "authorised", "captured", "declined", "voided", "failed",
]  # fmt: skip
HOLDS: list[HoldStatus] = ["unknown", "confirmed", "gone"]


def step_after(
    payment: PaymentState | None, hold: HoldStatus = "unknown", *, undone: bool = False, attempts: int = 0
) -> ExchangeStep:
    return next_exchange_step(ExchangeProgress(payment, hold, undone, attempts))


class TestNextStep:
    def test_with_something_to_pay(self) -> None:
        assert step_after("new") is ExchangeStep.AUTHORISE
        assert step_after("authorised") is ExchangeStep.CONFIRM
        assert step_after("authorised", "confirmed") is ExchangeStep.CAPTURE
        assert step_after("captured", "confirmed") is ExchangeStep.SWITCH

    def test_with_nothing_to_pay(self) -> None:
        assert step_after(None) is ExchangeStep.CONFIRM
        assert step_after(None, "confirmed") is ExchangeStep.SWITCH
        assert step_after(None, "gone") is ExchangeStep.FAIL

    def test_declined_gives_the_new_units_back(self) -> None:
        assert step_after("declined") is ExchangeStep.RELEASE
        assert step_after("declined", "gone") is ExchangeStep.FAIL

    def test_units_gone_voids(self) -> None:
        assert step_after("authorised", "gone") is ExchangeStep.VOID
        assert step_after("captured", "gone") is ExchangeStep.VOID
        assert step_after("captured", "gone", undone=True) is ExchangeStep.FAIL

    def test_pending_is_looked_at_later_but_not_for_ever(self) -> None:
        assert step_after("pending", attempts=ATTEMPTS_MAX - 1) is ExchangeStep.LATER
        assert step_after("pending", attempts=ATTEMPTS_MAX) is ExchangeStep.VOID

    def test_a_capture_is_given_up_past_the_limit(self) -> None:
        assert step_after("authorised", "confirmed", attempts=ATTEMPTS_MAX - 1) is ExchangeStep.CAPTURE
        assert step_after("authorised", "confirmed", attempts=ATTEMPTS_MAX) is ExchangeStep.RELEASE

    @given(st.sampled_from(PAYMENTS), st.sampled_from(HOLDS), st.booleans(), st.integers(0, 50))
    def test_it_switches_for_money_and_seats_only(
        self, payment: PaymentState | None, hold: HoldStatus, undone: bool, attempts: int
    ) -> None:
        step = step_after(payment, hold, undone=undone, attempts=attempts)
        if step is ExchangeStep.SWITCH:
            assert (hold, undone) == ("confirmed", False)
            assert payment in (None, "captured")
        if step is ExchangeStep.FAIL:
            assert hold == "gone"
            assert undone or payment in (None, "declined", "voided", "failed")
        if step is ExchangeStep.AUTHORISE:
            assert not undone


@dataclass
class Outside:
    """Payments, inventory and the booking as the saga meets them: they remember, whatever happens to the saga."""

    payment: PaymentState | None
    hold: str = "held"
    refunded: bool = False
    switched: bool = False
    captures: int = 0
    gateway: list[PaymentState] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def does(self, what: str) -> bool:
        """Whether the next thing goes well."""
        return not self.troubles or self.troubles.pop(0) != what

    @property
    def kept(self) -> bool:
        return self.payment == "captured" and not self.refunded


def carry_out(step: ExchangeStep, progress: ExchangeProgress, outside: Outside) -> None:
    """What the application does for a step, on a model of the other services."""
    if step is ExchangeStep.AUTHORISE:
        if outside.payment in ("new", "pending"):
            outside.payment = outside.gateway.pop(0) if outside.gateway else "authorised"
        progress.payment = outside.payment
    elif step is ExchangeStep.CONFIRM:
        if outside.hold == "held":
            outside.hold = "confirmed" if outside.does("expire") else "expired"
        progress.hold = "confirmed" if outside.hold == "confirmed" else "gone"
    elif step is ExchangeStep.CAPTURE:
        if outside.payment == "authorised":
            outside.payment = "captured" if outside.does("refuse") else "failed"
            outside.captures += outside.payment == "captured"
        progress.payment = outside.payment
    elif step is ExchangeStep.RELEASE:
        outside.hold = "released"
        progress.hold = "gone"
    elif step is ExchangeStep.VOID:
        if outside.payment == "captured":
            outside.refunded = True
        elif outside.payment in ("new", "pending", "authorised"):
            outside.payment = "voided"
        progress.undone = True


GATEWAY: list[PaymentState] = ["authorised", "declined", "pending", "failed"]


class TestInterruptedAnywhere:
    @given(
        payment=st.sampled_from([None, "new"]),
        gateway=st.lists(st.sampled_from(GATEWAY), max_size=3),
        troubles=st.lists(st.sampled_from(["expire", "refuse", "fine"]), max_size=3),
        lives=st.lists(st.integers(0, 8), max_size=20),
    )
    def test_every_end_is_all_or_nothing(
        self,
        payment: PaymentState | None,
        gateway: list[PaymentState],
        troubles: list[str],
        lives: list[int],
    ) -> None:
        """`lives`: how many steps each process lives; the last one lives on."""
        outside = Outside(payment, gateway=gateway, troubles=troubles)
        end = None
        for attempts, steps in enumerate([*lives, *[1000] * (ATTEMPTS_MAX + 2)]):
            end = self.run(outside, attempts, steps)
            if end in (ExchangeStep.SWITCH, ExchangeStep.FAIL):
                break
        assert outside.captures <= 1
        if end is ExchangeStep.SWITCH:
            assert outside.hold == "confirmed"
            assert payment is None or outside.kept
        else:
            assert end is ExchangeStep.FAIL
            assert outside.hold != "confirmed"
            assert not outside.kept
            assert outside.payment not in ("authorised", "pending")

    def run(self, outside: Outside, attempts: int, steps: int) -> ExchangeStep | None:
        progress = ExchangeProgress(None if outside.payment is None else "new", attempts=attempts)
        for _ in range(steps):
            step = next_exchange_step(progress)
            if step in EXCHANGE_ENDS:
                return step
            carry_out(step, progress, outside)
        return None


@pytest.mark.parametrize("payment", PAYMENTS)
@pytest.mark.parametrize("hold", HOLDS)
def test_every_state_has_a_step(payment: PaymentState | None, hold: HoldStatus) -> None:
    assert isinstance(step_after(payment, hold), ExchangeStep)
