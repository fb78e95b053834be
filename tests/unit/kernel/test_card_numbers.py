"""Card numbers are recognised in any spelling, tokens and identifiers are not taken for them."""

from __future__ import annotations

import json
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel.card_numbers import (
    holds_card_number,
    looks_like_card_number,
    refuse_card_number,
    without_card_numbers,
)
from wayfare.kernel.errors import CardNumberRefused, ValidationFailed

CARDS = [
    "4111111111111111",
    "5500000000000004",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "30569309025904",
    "3530111333300000",
    "4222222222222",
    "6304000000000000",
]


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


def test_a_token_with_a_card_number_in_it_is_no_token() -> None:
    with pytest.raises(CardNumberRefused):
        refuse_card_number("tok_4111111111111111")


@given(st.text("0123456789", min_size=12, max_size=18))
def test_exactly_one_check_digit_makes_a_card_number(digits: str) -> None:
    assert sum(looks_like_card_number(digits + check) for check in "0123456789") == 1


class TestWithin:
    @pytest.mark.parametrize("card", CARDS)
    @pytest.mark.parametrize("separator", ["", " ", "-", ".", "/", "_", "\u00a0", "\u2013", "  "])
    @pytest.mark.parametrize("around", ["{}", "Ada {} Lovelace", "card:{};", "x{}x", "{}@example.org", "{} 12/29 123"])
    def test_a_text_is_found_and_struck_out(self, card: str, separator: str, around: str) -> None:
        written = separator.join(card[start : start + 4] for start in range(0, len(card), 4))
        for raw in (
            around.format(written).encode(),
            json.dumps({"name": around.format(written)}).encode(),
            json.dumps({"name": "आशा " + around.format(written)}, ensure_ascii=False).encode(),
        ):
            assert holds_card_number(raw), raw
            left = without_card_numbers(raw)
            assert b"[card number]" in left
            assert not holds_card_number(left)
            assert card.encode() not in left

    def test_escapes_and_other_digits_hide_nothing(self) -> None:
        assert holds_card_number(rb'{"name": "\u0034111111111111111"}')
        assert holds_card_number(rb'{"name": "4111\/1111\/1111\/1111"}')
        assert holds_card_number("४१११११११११११११११".encode())
        assert holds_card_number(json.dumps("４１１１１１１１１１１１１１１１").encode())

    def test_mixed_separators(self) -> None:
        assert holds_card_number(b"4111 1111-1111 1111")

    @pytest.mark.parametrize(
        "text",
        [
            "4111111111111112",  # the check digit is wrong
            "411111111111111",  # 15 digits, and so is this
            "41111111111111111111",  # 20 digits
            "+378282246310005",  # a telephone number, however much it looks like one
            "+49 30 123456789",
            "2026-11-21 2026-11-28",
            "20261121103000",
            "1763722959123",
            "52.5200081234567899, 13.4049541234567899",
            "0012345678901234567",
            "00000000-0000-4111-1111-111111111111",
            "4111111111111111aaaaaaaaaaaaaaaaaaaaaaaa",
            "tok_approved",
        ],
    )
    def test_other_texts(self, text: str) -> None:
        assert not holds_card_number(text.encode())
        assert without_card_numbers(text.encode()) == text.encode()

    def test_identifiers_are_never_taken_for_one(self) -> None:
        space = UUID(int=0)
        for number in range(50_000):
            found = uuid5(space, str(number))
            assert not holds_card_number(b'"%s"' % str(found).encode())
            assert not holds_card_number(f'{{"id":"{found.hex}","short":"{found.hex[:24]}"}}'.encode())

    @given(st.binary(max_size=300))
    def test_any_bytes(self, raw: bytes) -> None:
        assert not holds_card_number(without_card_numbers(raw))

    def test_a_body_full_of_digits_takes_no_longer(self) -> None:
        raw = b"1763722959123 x" * 17_000
        assert not holds_card_number(raw)
        assert holds_card_number(raw + b"4111111111111111")
