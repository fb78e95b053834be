"""What is given back, by the conditions of the offer and the time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.bookings.samples import BOOKING, DAY_S, DEPARTS_S, booking, offer
from wayfare.contracts.offers.api import ConditionStep
from wayfare.kernel.errors import BookingNotCancellable
from wayfare.services.bookings.domain.refunds import QUOTE_S, fee_of, fee_permille, quote, refunds_of_items

STEPS = (ConditionStep(DEPARTS_S - DAY_S, 0), ConditionStep(DEPARTS_S, 250))


class TestFeePermille:
    @pytest.mark.parametrize(
        ("now_s", "permille"),
        [
            (0, 0),
            (DEPARTS_S - DAY_S - 1, 0),
            (DEPARTS_S - DAY_S, 250),
            (DEPARTS_S - 1, 250),
            (DEPARTS_S, 1000),
        ],
    )
    def test_the_first_step_whose_time_has_not_come(self, now_s: int, permille: int) -> None:
        assert fee_permille(STEPS, now_s) == permille

    def test_without_steps_nothing_is_given_back(self) -> None:
        assert fee_permille((), 0) == 1000


class TestFeeOf:
    @pytest.mark.parametrize(
        ("price", "permille", "fee"), [(5990, 250, 1498), (5990, 0, 0), (5990, 1000, 5990), (1, 500, 1), (1, 499, 0)]
    )
    def test_rounds_half_up(self, price: int, permille: int, fee: int) -> None:
        assert fee_of(price, permille) == fee

    @given(st.integers(0, 10**12), st.integers(0, 1000))
    def test_never_more_than_the_price(self, price: int, permille: int) -> None:
        assert 0 <= fee_of(price, permille) <= price


prices = st.lists(st.lists(st.integers(0, 10**7), min_size=2, max_size=2).map(tuple), min_size=1, max_size=3)
steps = st.lists(
    st.builds(ConditionStep, st.integers(DEPARTS_S - 30 * DAY_S, DEPARTS_S), st.integers(0, 1000)), max_size=4
).map(lambda found: tuple(sorted(found, key=lambda step: step.until_s)))


class TestQuote:
    @given(prices.map(tuple), steps, st.integers(DEPARTS_S - 40 * DAY_S, DEPARTS_S - 1))
    def test_fee_and_refund_are_the_price(
        self, leg_prices: tuple[tuple[int, ...], ...], conditions: tuple[ConditionStep, ...], now_s: int
    ) -> None:
        sold = booking(offer(leg_prices, conditions))
        offered, items = quote(sold, now_s)
        assert offered.refund + offered.fee == sold.total.minor
        assert offered.refund >= 0
        assert sum(item.refund for item in items) == offered.refund
        assert len(items) == 2 * len(leg_prices)
        assert now_s < offered.expires_s <= min(now_s + QUOTE_S, DEPARTS_S)
        assert offered.booking_id == BOOKING

    @given(steps, st.integers(DEPARTS_S - 40 * DAY_S, DEPARTS_S - 1), st.integers(0, 40 * DAY_S))
    def test_with_rising_fees_waiting_never_pays(
        self, conditions: tuple[ConditionStep, ...], now_s: int, later_s: int
    ) -> None:
        rising = tuple(
            ConditionStep(step.until_s, fee)
            for step, fee in zip(conditions, sorted(step.fee_permille for step in conditions), strict=True)
        )
        sold = booking(offer(refund=rising))
        now = sum(item.refund for item in refunds_of_items(sold, now_s))
        later = sum(item.refund for item in refunds_of_items(sold, now_s + later_s))
        assert later <= now

    @pytest.mark.parametrize("state", ["pending", "cancelled", "failed"])
    def test_only_a_ticketed_booking(self, state: str) -> None:
        with pytest.raises(BookingNotCancellable):
            quote(booking(state=state), 0)

    def test_not_after_the_first_departure(self) -> None:
        quote(booking(), DEPARTS_S - 1)
        with pytest.raises(BookingNotCancellable):
            quote(booking(), DEPARTS_S)
