"""The saga's steps: every run ends, money and seats agree at every end, wherever it is interrupted."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.contracts.payments.api import PaymentState
from wayfare.services.bookings.domain.saga import (
    ATTEMPTS_MAX,
    ENDS,
    RETRY_S_MAX,
    HoldStatus,
    Progress,
    Step,
    next_step,
    retry_delay_s,
)

PAYMENTS: list[PaymentState] = ["new", "pending", "authorised", "captured", "declined", "voided", "failed"]
HOLDS: list[HoldStatus] = ["unknown", "confirmed", "gone"]


def step_after(payment: PaymentState, hold: HoldStatus = "unknown", *, undone: bool = False, attempts: int = 0) -> Step:
    return next_step(Progress(payment, hold, undone, attempts))


class TestNextStep:
    def test_the_happy_path(self) -> None:
        assert step_after("new") is Step.AUTHORISE
        assert step_after("authorised") is Step.CONFIRM
        assert step_after("authorised", "confirmed") is Step.CAPTURE
        assert step_after("captured", "confirmed") is Step.TICKET

    def test_declined_waits_for_another_card(self) -> None:
        assert step_after("declined") is Step.WAIT

    def test_units_gone_voids(self) -> None:
        assert step_after("authorised", "gone") is Step.VOID
        assert step_after("captured", "gone") is Step.VOID
        assert step_after("authorised", "gone", undone=True) is Step.FAIL

    def test_pending_is_looked_at_later_but_not_for_ever(self) -> None:
        assert step_after("pending", attempts=ATTEMPTS_MAX - 1) is Step.LATER
        assert step_after("pending", attempts=ATTEMPTS_MAX) is Step.VOID

    def test_a_capture_is_given_up_past_the_limit(self) -> None:
        assert step_after("authorised", "confirmed", attempts=ATTEMPTS_MAX - 1) is Step.CAPTURE
        assert step_after("authorised", "confirmed", attempts=ATTEMPTS_MAX) is Step.RELEASE

    def test_whoever_resumes_an_undone_booking_releases_first(self) -> None:
        assert step_after("voided") is Step.RELEASE
        assert step_after("failed", "confirmed") is Step.RELEASE
        assert step_after("failed", "gone") is Step.FAIL

    @given(st.sampled_from(PAYMENTS), st.sampled_from(HOLDS), st.booleans(), st.integers(0, 50))
    def test_tickets_are_only_given_for_money_and_seats(
        self, payment: PaymentState, hold: HoldStatus, undone: bool, attempts: int
    ) -> None:
        step = step_after(payment, hold, undone=undone, attempts=attempts)
        if step is Step.TICKET:
            assert (payment, hold, undone) == ("captured", "confirmed", False)
        if step is Step.FAIL:
            assert undone or payment in ("voided", "failed")
            assert hold == "gone"


@dataclass
class Outside:
    """Payments and inventory as the saga sees them: they remember, whatever happens to the saga."""

    payment: PaymentState = "new"
    hold: str = "held"
    refunded: bool = False
    gateway: list[PaymentState] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def does(self, what: str) -> bool:
        """Whether the next thing goes well."""
        return not self.troubles or self.troubles.pop(0) != what


def carry_out(step: Step, progress: Progress, outside: Outside) -> None:
    """What the application does for a step, on a model of the other services."""
    if step is Step.AUTHORISE:
        if outside.payment in ("new", "pending"):
            outside.payment = outside.gateway.pop(0) if outside.gateway else "authorised"
        progress.payment = outside.payment
    elif step is Step.CONFIRM:
        if outside.hold == "held":
            outside.hold = "confirmed" if outside.does("expire") else "expired"
        progress.hold = "confirmed" if outside.hold == "confirmed" else "gone"
    elif step is Step.CAPTURE:
        if outside.payment == "authorised":
            outside.payment = "captured" if outside.does("refuse") else "failed"
        progress.payment = outside.payment
    elif step is Step.RELEASE:
        outside.hold = "released"
        progress.hold = "gone"
    elif step is Step.VOID:
        if outside.payment == "captured":
            outside.refunded = True
        else:
            outside.payment = "voided"
        progress.undone = True


GATEWAY: list[PaymentState] = ["authorised", "declined", "pending", "failed"]


class TestInterruptedAnywhere:
    @given(
        gateway=st.lists(st.sampled_from(GATEWAY), max_size=3),
        troubles=st.lists(st.sampled_from(["expire", "refuse", "fine"]), max_size=3),
        lives=st.lists(st.integers(0, 8), max_size=20),
    )
    def test_every_end_is_consistent(self, gateway: list[PaymentState], troubles: list[str], lives: list[int]) -> None:
        """`lives`: how many steps each process lives; the last one lives on."""
        outside = Outside(gateway=gateway, troubles=troubles)
        end = None
        for attempts, steps in enumerate([*lives, 1000]):
            end = self.run(outside, attempts, steps)
            if end in (Step.TICKET, Step.WAIT, Step.FAIL):
                break
        while end is Step.LATER:
            attempts += 1
            end = self.run(outside, attempts, 1000)
        if end is Step.TICKET:
            assert (outside.payment, outside.hold, outside.refunded) == ("captured", "confirmed", False)
        elif end is Step.FAIL:
            assert outside.hold != "confirmed"
            assert outside.payment in ("voided", "failed") or outside.refunded
        else:
            assert end is Step.WAIT
            assert (outside.payment, outside.hold) == ("declined", "held")

    def run(self, outside: Outside, attempts: int, steps: int) -> Step | None:
        progress = Progress(attempts=attempts)
        for _ in range(steps):
            step = next_step(progress)
            if step in ENDS:
                return step
            carry_out(step, progress, outside)
        return None


@pytest.mark.parametrize(("attempts", "delay_s"), [(0, 1), (1, 2), (3, 8), (20, RETRY_S_MAX)])
def test_delays_grow_up_to_a_limit(attempts: int, delay_s: int) -> None:
    assert retry_delay_s(attempts) == delay_s
