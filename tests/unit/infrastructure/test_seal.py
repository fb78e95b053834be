import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.infrastructure.seal import Seal
from wayfare.kernel.errors import OfferInvalid


class Note(msgspec.Struct, frozen=True, array_like=True):
    text: str
    number: int


SECRET = b"0123456789abcdef0123456789abcdef"
SEAL = Seal(SECRET, "note", Note, OfferInvalid)


class TestSeal:
    @given(st.text(max_size=100), st.integers(-(2**60), 2**60))
    def test_opens_what_it_sealed(self, text: str, number: int) -> None:
        assert SEAL.open(SEAL.seal(Note(text, number))) == Note(text, number)

    @given(st.data())
    def test_any_other_character_anywhere_is_refused(self, data: st.DataObject) -> None:
        token = SEAL.seal(Note("window", 7))
        at = data.draw(st.integers(0, len(token) - 1))
        other = data.draw(st.characters(codec="ascii").filter(lambda char: char != token[at]))
        with pytest.raises(OfferInvalid):
            SEAL.open(token[:at] + other + token[at + 1 :])

    @pytest.mark.parametrize("purpose", ["offer", "booking"])
    def test_a_token_of_another_purpose_is_refused(self, purpose: str) -> None:
        other = Seal(SECRET, purpose, Note, OfferInvalid)
        with pytest.raises(OfferInvalid):
            SEAL.open(other.seal(Note("x", 1)))

    def test_a_token_of_another_secret_is_refused(self) -> None:
        with pytest.raises(OfferInvalid):
            SEAL.open(Seal(b"x" * 32, "note", Note, OfferInvalid).seal(Note("x", 1)))

    @pytest.mark.parametrize("token", ["", ".", "a.b", "ü.ü", "x" * 20_000, "a" * 40, "\x00"])
    def test_rubbish_is_refused(self, token: str) -> None:
        with pytest.raises(OfferInvalid):
            SEAL.open(token)
