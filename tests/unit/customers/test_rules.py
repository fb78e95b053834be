"""Which passwords and travellers are accepted, and how an address is compared."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.contracts.customers.roles import ROLES, Grant, Permission, is_permitted
from wayfare.kernel.errors import ValidationFailed
from wayfare.services.customers.adapters.passwords import refused_passwords
from wayfare.services.customers.application.manage_users import check_grant
from wayfare.services.customers.domain.customer import TravellerFacts, check_traveller, email_key
from wayfare.services.customers.domain.passwords import check_password

REFUSED = refused_passwords()


class TestPasswords:
    @pytest.mark.parametrize(
        "password",
        [
            "correct horse battery staple",
            "пароль для поезда",
            "gT7%kk-2",
            "x" * 7 + "yz",
            "密码很长也很好记住",
            "a" + "b" * 100 + "c",
        ],
    )
    def test_good_ones(self, password: str) -> None:
        check_password("password", password, "ada@example.org", REFUSED)

    @pytest.mark.parametrize(
        "password",
        [
            "1234567",
            "x" * 129,
            "iloveyou",
            "ILOVEYOU",
            "Sunshine1!",
            "dragon2024",
            "ｐａｓｓｗｏｒｄ",
            "87654321",
            "zzzzzzzzzzz",
            "ababababab",
            "lovelace99",
            "Lovelace@Example.org",
            "example2026",
            "wayfare!!",
        ],
    )
    def test_those_guessed_first(self, password: str) -> None:
        with pytest.raises(ValidationFailed):
            check_password("password", password, "lovelace@example.org", REFUSED)

    @given(st.text(max_size=140))
    def test_never_anything_but_a_refusal(self, password: str) -> None:
        with suppress(ValidationFailed):
            check_password("password", password, "ada@example.org", REFUSED)

    def test_the_list_is_long_and_in_lower_case(self) -> None:
        assert len(REFUSED) > 5_000
        assert all(word == word.casefold() and not word.startswith("#") for word in REFUSED)


class TestAddresses:
    @pytest.mark.parametrize("same", ["ADA@EXAMPLE.ORG", " ada@example.org ", "ａda@example.org"])
    def test_spellings_of_one(self, same: str) -> None:
        assert email_key(same) == email_key("ada@example.org")

    @given(st.text(max_size=300))
    def test_any_text_has_a_key_of_one_length(self, text: str) -> None:
        assert len(email_key(text)) == 32


class TestTravellers:
    @given(st.text(max_size=20), st.text(max_size=12))
    def test_never_anything_but_a_refusal(self, name: str, born: str) -> None:
        with suppress(ValidationFailed):
            check_traveller(TravellerFacts(name, name, birth_date=born), date(2026, 11, 1))


class TestRoles:
    def test_a_grant_of_one_operator_counts_there_alone(self) -> None:
        grants = [Grant("operator_staff", "DB")]
        assert is_permitted(grants, Permission.FARES_CHANGE, "DB")
        assert not is_permitted(grants, Permission.FARES_CHANGE, "SNCF")
        assert not is_permitted(grants, Permission.FARES_CHANGE)
        assert not is_permitted(grants, Permission.USERS_MANAGE, "DB")

    def test_an_administrator_may_everything_and_an_unknown_role_nothing(self) -> None:
        assert all(is_permitted([Grant("administrator")], one) for one in Permission)
        assert not any(is_permitted([Grant("emperor")], one) for one in Permission)

    def test_customers_may_work_on_their_own_alone(self) -> None:
        assert ROLES["customer"] == {Permission.ACCOUNT_OWN, Permission.BOOKINGS_OWN}

    @pytest.mark.parametrize("grant", [Grant("emperor"), Grant("operator_staff"), Grant("administrator", "DB")])
    def test_grants_that_make_no_sense(self, grant: Grant) -> None:
        with pytest.raises(ValidationFailed):
            check_grant(grant)
