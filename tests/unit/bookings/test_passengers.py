"""Who may travel under which name, and how they are matched with an offer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.people import age_on, check_name
from wayfare.services.bookings.domain.booking import Contact, Passenger
from wayfare.services.bookings.domain.passengers import check_contact, check_passenger, in_offer_order

TRAVEL = date(2026, 11, 21)


def passenger(category: str = "adult", birth_date: str | None = None, name: str = "Ada") -> Passenger:
    return Passenger(name, "Lovelace", category, birth_date)


class TestNames:
    @pytest.mark.parametrize(
        "name",
        ["Ada", "अदा", "李", "O'Neill", "Müller-Lüdenscheidt", "وليد", "x" * 100, "علی\u200cرضا", "क्\u200dष", "ᄒ"],
    )
    def test_any_script(self, name: str) -> None:
        check_name("name", name)

    @pytest.mark.parametrize("name", ["", "  ", "\t", "A\nB", "A\x00", "x" * 101, "A\x1b[31m", "a\u2028b"])
    def test_not_empty_not_endless_no_control_characters(self, name: str) -> None:
        with pytest.raises(ValidationFailed):
            check_name("name", name)

    @pytest.mark.parametrize(
        "name",
        ["\u200b", "\u202eevil", "Ada\u2066", "\u200f", "\u3164", "\ufe0f", "12", "...", "🙂", "\u00ad", "\u2800"],
    )
    def test_what_cannot_be_seen_or_turns_the_text_around(self, name: str) -> None:
        with pytest.raises(ValidationFailed):
            check_name("name", name)

    @given(st.text(max_size=120))
    def test_what_is_accepted_can_be_stored(self, name: str) -> None:
        try:
            check_name("name", name)
        except ValidationFailed:
            return
        assert "\x00" not in name
        name.encode()


class TestBirthDates:
    def test_may_be_left_out(self) -> None:
        check_passenger(0, passenger("child"), TRAVEL)

    @pytest.mark.parametrize(
        ("category", "birth_date"),
        [("adult", "1990-05-31"), ("child", "2008-11-22"), ("senior", "1900-01-01"), ("adult", "2026-11-21")],
    )
    def test_plausible(self, category: str, birth_date: str) -> None:
        check_passenger(0, passenger(category, birth_date), TRAVEL)

    @pytest.mark.parametrize(
        ("category", "birth_date"),
        [("adult", "2026-11-22"), ("adult", "1890-01-01"), ("child", "2008-11-21"), ("adult", "2026-02-30")],
    )
    def test_implausible(self, category: str, birth_date: str) -> None:
        with pytest.raises(ValidationFailed) as refused:
            check_passenger(3, passenger(category, birth_date), TRAVEL)
        assert refused.value.facts["errors"][0]["field"] == "passengers.3.birth_date"

    def test_age_turns_on_the_birthday(self) -> None:
        assert age_on(date(2000, 11, 22), TRAVEL) == 25
        assert age_on(date(2000, 11, 21), TRAVEL) == 26
        assert age_on(date(2004, 2, 29), date(2026, 2, 28)) == 21


class TestContact:
    @pytest.mark.parametrize("email", ["a@b.org", "Ada.L+trip@mail.example.co.uk", "ада@пример.рф"])
    def test_addresses(self, email: str) -> None:
        check_contact(Contact(email, "+49 (30) 123-4567"))

    @pytest.mark.parametrize("email", ["", "a", "a@b", "a b@c.org", "a@b@c.org", "@b.org", "a@.org", "a@b.org\n"])
    def test_not_addresses(self, email: str) -> None:
        with pytest.raises(ValidationFailed):
            check_contact(Contact(email))

    @pytest.mark.parametrize("phone", ["", "12", "call me", "+49 30 1234567 ext 5", "+" + "1" * 16])
    def test_not_numbers(self, phone: str) -> None:
        with pytest.raises(ValidationFailed):
            check_contact(Contact("a@b.org", phone))


class TestOfferOrder:
    def test_within_a_category_the_given_order_stays(self) -> None:
        given_order = [passenger("child", name="C"), passenger(name="A"), passenger(name="B")]
        ordered = in_offer_order(given_order, ("adult", "adult", "child"))
        assert [one.given_name for one in ordered] == ["A", "B", "C"]

    @pytest.mark.parametrize(
        "categories", [("adult",), ("adult", "adult"), ("adult", "child", "child"), ("senior", "child")]
    )
    def test_another_party_is_refused(self, categories: tuple[str, ...]) -> None:
        with pytest.raises(ValidationFailed):
            in_offer_order([passenger("adult"), passenger("child")], categories)

    @given(st.permutations(["adult", "adult", "child", "senior", "student"]))
    def test_any_order_fits(self, categories: list[str]) -> None:
        party = [passenger(category) for category in ("student", "adult", "senior", "adult", "child")]
        assert [one.category for one in in_offer_order(party, categories)] == categories
