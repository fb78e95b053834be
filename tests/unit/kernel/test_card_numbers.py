"""Card numbers are recognised in any spelling, tokens are not taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel.card_numbers import looks_like_card_number, refuse_card_number
from wayfare.kernel.errors import ValidationFailed


@pytest.mark.parametrize(
    "text",
    ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "4222222222222"],
)
def test_card_numbers(text: str) -> None:
    assert looks_like_card_number(text)
    with pytest.raises(ValidationFailed) as refused:
        refuse_card_number(text)
    assert text not in str(refused.value)


@pytest.mark.parametrize("text", ["tok_approved", "4111111111111112", "411111111111", "", "tok_4111111111111111"])
def test_other_texts(text: str) -> None:
    assert not looks_like_card_number(text)


@given(st.text("0123456789", min_size=12, max_size=18))
def test_exactly_one_check_digit_makes_a_card_number(digits: str) -> None:
    assert sum(looks_like_card_number(digits + check) for check in "0123456789") == 1
