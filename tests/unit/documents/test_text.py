import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.services.documents.domain.text import clean, shorten, shorten_letters


class TestClean:
    @pytest.mark.parametrize(
        ("given_text", "expected"),
        [
            ("  Anna\n\tSchmidt ", "Anna Schmidt"),
            ("Anna\u202eeinohP", "AnnaeinohP"),  # right-to-left override
            ("\u2067Anna\u2069", "Anna"),  # isolates
            ("An\x00na\x1b[31m", "Anna[31m"),
            ("Zoe\u0308", "Zo\u00eb"),  # normal form C
            ("an\ud800na", "anna"),  # half a surrogate pair
            ("می\u200cخواهم", "می\u200cخواهم"),  # the joiner belongs to the spelling
            ("", ""),
        ],
    )
    def test_leaves_one_plain_line(self, given_text: str, expected: str) -> None:
        assert clean(given_text) == expected

    def test_piles_of_marks_are_cut(self) -> None:
        assert len(clean("q" + "\u0335" * 500)) < 10

    @given(st.text(max_size=60))
    def test_is_stable_and_always_encodes(self, text: str) -> None:
        once = clean(text)
        once.encode()
        assert clean(once) == once
        assert not any(char in "\n\r\u202a\u202b\u202d\u202e\u2066\u2067\u2068" for char in once)


class TestShorten:
    def test_short_text_stays(self) -> None:
        assert shorten("Anna", max_bytes=4) == "Anna"

    def test_never_cuts_a_letter_from_its_marks(self) -> None:
        name = "राजेश कुमार"
        for room in range(3, len(name.encode()) + 1):
            cut = shorten(name, max_bytes=room).rstrip("…")
            rest = name[len(cut) :]
            assert name.startswith(cut)
            assert not rest or unicodedata.category(rest[0])[0] != "M" or not cut

    @given(st.text(max_size=60), st.integers(3, 60))
    def test_keeps_the_bound(self, text: str, max_bytes: int) -> None:
        text = clean(text)
        cut = shorten(text, max_bytes=max_bytes)
        assert len(cut.encode()) <= max_bytes
        assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))

    def test_letters(self) -> None:
        assert shorten_letters("Wolfeschlegel", max_letters=6) == "Wolfe…"
        assert shorten_letters("Wolfe", max_letters=5) == "Wolfe"
