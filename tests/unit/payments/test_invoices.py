"""Documents add up: what a movement of money yields, for any prices, taxes and refunds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.contracts.payments.invoices import Invoice, Ride, Seller, SoldBooking, SoldRide
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.invoices import (
    Draft,
    Movement,
    code_of,
    credit_notes_of,
    invoices_of,
    number_of,
    share_of,
    spread,
)

PARTS_MAX = 6
PAYMENT, BOOKING = UUID(int=1), UUID(int=2)


@st.composite
def bookings(draw: Any) -> SoldBooking:
    rides = []
    for passenger in range(draw(st.integers(1, 3))):
        for leg in range(draw(st.integers(1, 3))):
            price = draw(st.integers(0, 10_000))
            tax = draw(st.integers(0, price))
            ride = Ride(passenger, leg, "Ada", "adult", "S 1", "A", "B", "2026-11-21T10:00:00+01:00", "second", "0.07")
            operator = draw(st.sampled_from(["x:a", "x:b", "x:c"]))
            back = draw(st.booleans())
            rides.append(SoldRide(ride, operator, operator, price, tax, draw(st.integers(0, tax)), back))
    return SoldBooking(BOOKING, "K7M2QX", "Ada", "ada@example.org", "JPY", None, tuple(rides))


def capture(amount: int, currency: str = "JPY") -> Movement:
    return Movement(PAYMENT, PAYMENT, "invoice", Money(amount, currency), 0)


def numbered(drafts: list[Draft], first: int = 1) -> list[Invoice]:
    return [
        Invoice(
            number=str(first + index),
            kind=draft.movement.kind,
            corrects=draft.corrects,
            booking_id=BOOKING,
            payment_id=PAYMENT,
            locator="K7M2QX",
            seller=Seller(draft.operator, draft.operator, draft.operator_name),
            customer="Ada",
            email="",
            issued_s=0,
            moved_s=0,
            currency="JPY",
            conversion=None,
            lines=draft.lines,
        )
        for index, draft in enumerate(drafts)
    ]


class TestSpread:
    @given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
    def test_adds_up_and_stays_within_a_unit(self, amount: int, weights: list[int]) -> None:
        parts = spread(amount, weights)
        assert sum(parts) == amount
        if any(weights):
            total = sum(weights)
            assert all(abs(part * total - amount * weight) < total for part, weight in zip(parts, weights, strict=True))
            if amount <= total:
                assert all(part <= weight for part, weight in zip(parts, weights, strict=True))

    def test_goes_to_the_largest_remainders(self) -> None:
        assert spread(100, [1, 1, 1]) == [34, 33, 33]
        assert spread(10, [33, 33, 34]) == [3, 3, 4]
        assert spread(5, [0, 0]) == [3, 2]

    def test_shares_are_rounded_half_up(self) -> None:
        assert [share_of(1, 2, 1), share_of(1, 3, 1), share_of(2, 3, 1), share_of(0, 0, 9)] == [1, 0, 1, 0]


class TestInvoices:
    @given(bookings())
    def test_of_the_whole_price_say_what_was_sold(self, booking: SoldBooking) -> None:
        total = sum(sold.price for sold in booking.rides)
        drafts = invoices_of(capture(total), booking)
        lines = [line for draft in drafts for line in draft.lines]
        assert sum(line.gross for line in lines) == total
        for sold in booking.rides:
            found = [line for line in lines if line.ride == sold.ride]
            if found:
                assert [(one.gross, one.tax, one.tax_fixed) for one in found] == [
                    (sold.price, sold.tax, sold.tax_fixed)
                ]
        assert len({draft.operator for draft in drafts}) == len(drafts)

    @given(bookings(), st.integers(1, 50_000))
    def test_of_another_amount_add_up_to_it(self, booking: SoldBooking, amount: int) -> None:
        drafts = invoices_of(capture(amount), booking)
        lines = [line for draft in drafts for line in draft.lines]
        assert sum(line.gross for line in lines) == amount
        assert all(0 <= line.tax_fixed <= line.tax <= line.gross for line in lines)

    def test_without_a_seller_or_in_another_currency_are_refused(self) -> None:
        booking = SoldBooking(BOOKING, "K7M2QX", "Ada", "", "JPY", None, ())
        for movement in (capture(1), capture(1, "EUR")):
            with pytest.raises(ValidationFailed):
                invoices_of(movement, booking)


class TestCreditNotes:
    @given(bookings(), st.data())
    def test_take_back_everything_in_whatever_parts(self, booking: SoldBooking, data: Any) -> None:
        total = sum(sold.price for sold in booking.rides)
        invoices = numbered(invoices_of(capture(total), booking))
        given_back = {(one.ride.passenger, one.ride.leg) for one in booking.rides if one.given_back}
        notes: list[Invoice] = []
        left = total
        for round_no in range(PARTS_MAX):
            if left == 0:
                break
            part = left if round_no == PARTS_MAX - 1 else data.draw(st.integers(1, left))
            refund = Movement(PAYMENT, UUID(int=10 + left), "credit_note", Money(part, "JPY"), 0)
            drafts = credit_notes_of(refund, invoices, notes, given_back)
            assert sum(line.gross for draft in drafts for line in draft.lines) == part
            notes += numbered(drafts, 100 + len(notes))
            left -= part
        for invoice in invoices:
            mine = [note for note in notes if note.corrects == invoice.number]
            assert all(note.seller.operator == invoice.seller.operator for note in mine)
            for line in invoice.lines:
                credits = [one for note in mine for one in note.lines if one.ride == line.ride]
                assert sum(one.gross for one in credits) == line.gross
                assert line.gross == 0 or sum(one.tax for one in credits) == line.tax
                assert line.gross == 0 or sum(one.tax_fixed for one in credits) == line.tax_fixed
                assert all(one.gross > 0 and 0 <= one.tax <= one.gross for one in credits)

    def test_never_go_above_the_invoices(self) -> None:
        ride = Ride(0, 0, "Ada", "adult", "S 1", "A", "B", "2026-11-21T10:00:00+01:00", "second", "")
        booking = SoldBooking(BOOKING, "K", "Ada", "", "JPY", None, (SoldRide(ride, "x:a", "A", 100, 0, 0),))
        invoices = numbered(invoices_of(capture(100), booking))
        refund = Movement(PAYMENT, UUID(int=9), "credit_note", Money(60, "JPY"), 0)
        notes = numbered(credit_notes_of(refund, invoices, [], ()), 2)
        with pytest.raises(ValidationFailed):
            credit_notes_of(msgspec.structs.replace(refund, source_id=UUID(int=8)), invoices, notes, ())


class TestNumbers:
    def test_name_series_and_place(self) -> None:
        assert number_of("DW", "invoice", 2026, 42) == "DW-I2026-000042"
        assert number_of("DW", "credit_note", 2027, 1_234_567) == "DW-C2027-1234567"

    def test_begin_with_letters_of_the_operator(self) -> None:
        assert code_of("DB Fernverkehr AG", ()) == "DBFERNVE"
        assert code_of("Österreichische", {"OSTERREI", "OSTERRE2"}) == "OSTERRE3"
        assert code_of("भारतीय रेल", ()) == "OP"
