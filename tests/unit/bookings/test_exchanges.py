"""What changing to another trip costs, and what the booking is afterwards."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.bookings.samples import DAY_S, DEPARTS_S, booking, offer
from wayfare.contracts.inventory.api import HeldUnit
from wayfare.contracts.offers.api import ConditionStep, Offer
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.bookings.domain.booking import Booking, Charge
from wayfare.services.bookings.domain.errors import BookingNotExchangeable, ExchangeOfferExpired
from wayfare.services.bookings.domain.exchanges import Exchange, check_accepted, exchanged, quote
from wayfare.services.bookings.domain.refunds import QUOTE_S, cancelled
from wayfare.services.bookings.domain.refunds import quote as quote_refund

NOW_S = DEPARTS_S - 10 * DAY_S
STEPS = (ConditionStep(DEPARTS_S - DAY_S, 200), ConditionStep(DEPARTS_S, 500))


def to_offer(*prices: int, currency: str = "EUR") -> Offer:
    return offer((prices,), currency=currency, exchange=STEPS)


def exchange_to(sold: Booking, new: Offer, now_s: int = NOW_S) -> tuple[Booking, Exchange]:
    quoted = quote(sold, new, "token", now_s)
    units = tuple(HeldUnit(n, 0, new.legs[0].departure_id, n, f"S2-{n}", "S2", str(n), 0, 3) for n in range(9))
    exchange = Exchange(
        exchange_id=UUID(int=7),
        booking_id=sold.booking_id,
        version=sold.version,
        hold_id=UUID(int=8),
        payment_id=UUID(int=9) if quoted.charge else None,
        offer=new,
        units=units[: len(new.passengers)],
        fee=quoted.fee,
        charge=quoted.charge,
        refund=quoted.refund,
        made_s=now_s,
    )
    return exchanged(sold, exchange, now_s), exchange


class TestQuote:
    @pytest.mark.parametrize(
        ("new_price", "charge", "refund"),
        [(8000, 8000 + 1198 - 5990, 0), (4792, 0, 0), (1000, 0, 5990 - 1198 - 1000)],
    )
    def test_dearer_equal_and_cheaper(self, new_price: int, charge: int, refund: int) -> None:
        quoted = quote(booking(to_offer(5990)), to_offer(new_price), "t", NOW_S - 30 * DAY_S)
        assert (quoted.fee, quoted.charge, quoted.refund) == (1198, charge, refund)

    def test_without_minor_units(self) -> None:
        quoted = quote(
            booking(to_offer(14_720, currency="JPY")), to_offer(20_001, currency="JPY"), "t", NOW_S - 30 * DAY_S
        )
        assert (quoted.fee, quoted.charge, quoted.currency) == (2944, 20_001 + 2944 - 14_720, "JPY")

    def test_the_fee_rises_with_time(self) -> None:
        later = quote(booking(to_offer(5990)), to_offer(5990), "t", DEPARTS_S - 3600)
        assert later.fee == 2995

    @pytest.mark.parametrize(
        ("sold", "now_s"),
        [
            (booking(offer(exchange=())), NOW_S),
            (booking(to_offer(5990)), DEPARTS_S),
            (booking(offer(exchange=(ConditionStep(NOW_S, 0),))), NOW_S),
            (booking(to_offer(5990), state="cancelled"), NOW_S),
            (booking(to_offer(5990), state="pending"), NOW_S),
        ],
    )
    def test_refused(self, sold: Booking, now_s: int) -> None:
        with pytest.raises(BookingNotExchangeable):
            quote(sold, to_offer(5990), "t", now_s)

    def test_in_the_currency_it_was_paid_in_only(self) -> None:
        with pytest.raises(BookingNotExchangeable):
            quote(booking(to_offer(5990)), to_offer(5990, currency="JPY"), "t", NOW_S)

    def test_ends_with_the_offer_or_the_trip(self) -> None:
        new = to_offer(5990)
        assert quote(booking(to_offer(5990)), new, "t", new.expires_s - 5).expires_s == new.expires_s
        assert quote(booking(to_offer(5990)), new, "t", new.issued_s).expires_s == new.issued_s + QUOTE_S

    @given(
        st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=4),
        st.integers(0, 1000),
    )
    def test_nothing_is_lost_between_old_and_new(self, prices: list[tuple[int, int]], permille: int) -> None:
        old = offer((tuple(one[0] for one in prices),), exchange=(ConditionStep(DEPARTS_S, permille),))
        new = offer((tuple(one[1] for one in prices),))
        quoted = quote(booking(old), new, "t", NOW_S)
        assert quoted.charge == 0 or quoted.refund == 0
        assert old.total.minor + quoted.charge - quoted.refund == new.total.minor + quoted.fee


class TestAccepted:
    def test_as_promised_though_the_fee_has_risen(self) -> None:
        sold = booking(offer(exchange=(ConditionStep(NOW_S + 60, 0),)))
        new = offer()
        quoted = quote(sold, new, "t", new.issued_s)
        check_accepted(sold, quoted, new.issued_s + QUOTE_S - 1)

    def test_refused_when_it_is_over_or_the_booking_has_changed(self) -> None:
        sold = booking(to_offer(5990))
        quoted = quote(sold, to_offer(5990), "t", NOW_S - 25 * DAY_S)
        for changed, now_s in ((sold, quoted.expires_s), (booking(to_offer(5990), version=1), quoted.issued_s)):
            with pytest.raises(ExchangeOfferExpired):
                check_accepted(changed, quoted, now_s)


class TestExchanged:
    def test_dearer_adds_a_charge_and_new_tickets(self) -> None:
        sold = booking(to_offer(5990))
        after, exchange = exchange_to(sold, to_offer(9000))
        assert after.paid == (Charge(sold.payment_id, 5990), Charge(UUID(int=9), exchange.charge))
        assert (after.hold_id, after.version, after.trip_no, after.refunds) == (UUID(int=8), 1, 1, ())
        assert sold.ticket_nos() == {"K7M2QX-1-1"}
        assert after.ticket_nos() == {"K7M2QX-1-1-2"}

    def test_cheaper_gives_back_from_the_latest_payment_first(self) -> None:
        dearer, exchange = exchange_to(booking(to_offer(5990)), to_offer(9000))
        after, last = exchange_to(dearer, to_offer(100))
        parts = [(one.payment_id, one.amount) for one in after.refunds]
        assert parts == [(UUID(int=9), exchange.charge), (dearer.payment_id, last.refund - exchange.charge)]
        kept = sum(one.amount for one in after.paid) - after.refunded
        assert kept == after.total.minor + after.fees

    def test_those_who_gave_up_do_not_come_along(self) -> None:
        sold = booking(to_offer(5990, 5990, 5990))
        refund, _ = quote_refund(sold, NOW_S, (1,))
        left = cancelled(sold, refund, NOW_S)
        assert left.travelling == (0, 2)
        after, _ = exchange_to(left, to_offer(5990, 5990))
        assert len(after.passengers) == 2
        assert not after.ticket_nos() & (sold.ticket_nos() | left.ticket_nos())
        assert sum(one.amount for one in after.paid) - after.refunded == after.total.minor + after.fees


class TestCancelledInPart:
    def test_the_others_travel(self) -> None:
        sold = booking(offer(((5990, 2995), (1000, 500))))
        refund, items = quote_refund(sold, DEPARTS_S - 3600, (1,))
        assert [(item.passenger, item.leg, item.price, item.fee) for item in items] == [
            (1, 0, 2995, 749), (1, 1, 500, 125),
        ]  # fmt: skip
        after = cancelled(sold, refund, DEPARTS_S - 3600)
        assert (after.state, after.travelling, after.refunded, after.fees) == ("ticketed", (0,), 2621, 874)
        assert after.item_states == ("ticketed", "ticketed", "refunded", "refunded")
        rest, _ = quote_refund(after, DEPARTS_S - 3600)
        last = cancelled(after, rest, DEPARTS_S - 3600)
        assert (last.state, last.travelling) == ("cancelled", ())
        assert last.refunded + last.fees == sold.total.minor
        assert sum(one.amount for one in last.refunds) == last.refunded

    @pytest.mark.parametrize("passenger", [-1, 2])
    def test_nobody_who_is_not_on_it(self, passenger: int) -> None:
        with pytest.raises(ValidationFailed):
            quote_refund(booking(offer(((1, 1),))), NOW_S, (passenger,))

    @given(
        st.lists(st.integers(0, 10**6), min_size=2, max_size=9),
        st.lists(st.integers(0, 8), min_size=1, max_size=9, unique=True),
        st.integers(0, 1000),
    )
    def test_in_whatever_order_all_comes_to_the_same(self, prices: list[int], order: list[int], permille: int) -> None:
        sold = booking(offer((tuple(prices),), refund=(ConditionStep(DEPARTS_S, permille),)))
        whole, _ = quote_refund(sold, NOW_S)
        after = sold
        for passenger in [one for one in order if one < len(prices)]:
            part, _ = quote_refund(after, NOW_S, (passenger,))
            after = cancelled(after, part, NOW_S)
        if after.state == "ticketed":
            rest, _ = quote_refund(after, NOW_S)
            after = cancelled(after, rest, NOW_S)
        assert (after.state, after.refunded, after.fees) == ("cancelled", whole.refund, whole.fee)
