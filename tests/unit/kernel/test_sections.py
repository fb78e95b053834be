from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.sections import MAX_SECTIONS, from_words, runs, section_mask, to_words

MASKS = st.integers(0, 2**128 - 1)


class TestMasks:
    @given(MASKS)
    def test_words_and_back(self, mask: int) -> None:
        words = to_words(mask)
        assert from_words(*words) == mask
        assert all(-(2**63) <= word < 2**63 for word in words)

    @given(MASKS)
    def test_runs_cover_the_mask_and_nothing_else(self, mask: int) -> None:
        found = runs(mask)
        assert sum(section_mask(a, b) for a, b in found) == mask
        assert all(before[1] < after[0] for before, after in pairwise(found))

    @given(st.integers(0, 127), st.integers(1, 128))
    def test_a_leg_has_one_bit_per_section(self, start: int, end: int) -> None:
        if start < end:
            assert section_mask(start, end).bit_count() == end - start

    def test_serves_the_last_section(self) -> None:
        assert section_mask(127, 128) == 1 << 127

    @pytest.mark.parametrize(("start", "end"), [(3, 3), (4, 3), (-1, 2), (0, MAX_SECTIONS + 1)])
    def test_refuses_what_is_no_leg(self, start: int, end: int) -> None:
        with pytest.raises(ValidationFailed):
            section_mask(start, end)
