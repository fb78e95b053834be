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
        assert step_after("pending", attempts=ATTEMPTS_MAX) is ExchangeStep.ABANDON

    def test_a_capture_is_given_up_past_the_limit(self) -> None:
        assert step_after("authorised", "confirmed", attempts=ATTEMPTS_MAX - 1) is ExchangeStep.CAPTURE
        assert step_after("authorised", "confirmed", attempts=ATTEMPTS_MAX) is ExchangeStep.ABANDON

    @pytest.mark.parametrize("payment", ["new", "pending", "authorised", "captured"])
    def test_what_was_abandoned_is_undone_whatever_is_known(self, payment: PaymentState) -> None:
        def step(hold: HoldStatus, *, undone: bool = False) -> ExchangeStep:
            return next_exchange_step(ExchangeProgress(payment, hold, undone, abandoned=True))

        assert (step("unknown"), step("confirmed")) == (ExchangeStep.RELEASE, ExchangeStep.RELEASE)
        assert (step("gone"), step("gone", undone=True)) == (ExchangeStep.VOID, ExchangeStep.FAIL)

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
    state: str = "open"
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
    elif step is ExchangeStep.ABANDON:
        if outside.state == "open":
            outside.state = "abandoned"
        progress.abandoned = outside.state == "abandoned"
    elif step is ExchangeStep.SWITCH:
        if outside.state == "open":
            outside.state = "done"
    elif step is ExchangeStep.FAIL and outside.state in ("open", "abandoned"):
        outside.state = "failed"


def assert_all_or_nothing(outside: Outside, *, paid: bool) -> None:
    assert outside.captures <= 1
    if outside.state == "done":
        assert outside.hold == "confirmed"
        assert outside.kept or not paid
    else:
        assert outside.state == "failed"
        assert outside.hold != "confirmed"
        assert not outside.kept
        assert outside.payment not in ("authorised", "pending")


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
        for attempts, steps in enumerate([*lives, *[1000] * (ATTEMPTS_MAX + 2)]):
            walk = Walk(outside, attempts)
            for _ in range(steps):
                if walk.ended:
                    break
                walk.go_on()
            if outside.state in ("done", "failed"):
                break
        assert_all_or_nothing(outside, paid=payment is not None)

    @given(
        payment=st.sampled_from([None, "new"]),
        gateway=st.lists(st.sampled_from(GATEWAY), max_size=3),
        troubles=st.lists(st.sampled_from(["expire", "refuse", "fine"]), max_size=3),
        attempts=st.tuples(*[st.integers(0, ATTEMPTS_MAX + 1)] * 3),
        turns=st.lists(st.integers(0, 2), max_size=40),
    )
    def test_several_processes_may_walk_it_at_once(
        self,
        payment: PaymentState | None,
        gateway: list[PaymentState],
        troubles: list[str],
        attempts: tuple[int, ...],
        turns: list[int],
    ) -> None:
        """A lease can run out while its holder still waits for the gateway: then two go on, one perhaps giving up."""
        outside = Outside(payment, gateway=gateway, troubles=troubles)
        walks = [Walk(outside, number) for number in attempts]
        for turn in turns:
            if not walks[turn].ended:
                walks[turn].go_on()
        walks.append(Walk(outside, ATTEMPTS_MAX))  # whoever comes last
        for walk in walks:
            while not walk.ended:
                walk.go_on()
        if outside.state not in ("done", "failed"):  # it waited while another one abandoned it
            last = Walk(outside, ATTEMPTS_MAX)
            while not last.ended:
                last.go_on()
        assert_all_or_nothing(outside, paid=payment is not None)


class Walk:
    """One process on its way through the steps."""

    def __init__(self, outside: Outside, attempts: int) -> None:
        self.outside, self.ended = outside, False
        payment: PaymentState | None = None if outside.payment is None else "new"
        self.progress = ExchangeProgress(payment, attempts=attempts, abandoned=outside.state == "abandoned")

    def go_on(self) -> None:
        step = next_exchange_step(self.progress)
        carry_out(step, self.progress, self.outside)
        lost = step is ExchangeStep.ABANDON and not self.progress.abandoned
        self.ended = step in EXCHANGE_ENDS or lost


@pytest.mark.parametrize("payment", PAYMENTS)
@pytest.mark.parametrize("hold", HOLDS)
def test_every_state_has_a_step(payment: PaymentState | None, hold: HoldStatus) -> None:
    assert isinstance(step_after(payment, hold), ExchangeStep)
