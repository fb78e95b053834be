from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wayfare.services.inventory.domain.claims import Claim, combine, fold

claims = st.builds(
    Claim, st.integers(0, 3), st.integers(0, 1), st.integers(1, 3), st.integers(0, 3), st.integers(1, (1 << 128) - 1)
)
narrow = st.builds(
    Claim, st.just(0), st.just(0), st.integers(1, 2), st.integers(0, 2), st.sampled_from([1, 2, 3, 4, 6, 12])
)


class TestFold:
    def test_claims_that_do_not_overlap_share_a_unit(self) -> None:
        folded, conflicts = fold([[Claim(0, 0, 7, 1, 0b001)], [Claim(0, 0, 7, 1, 0b110)]])
        assert folded == {(7, 1): 0b111}
        assert conflicts == [None, None]

    def test_the_first_of_two_that_overlap_wins(self) -> None:
        folded, conflicts = fold([[Claim(0, 0, 7, 1, 0b011)], [Claim(0, 0, 7, 1, 0b110)]])
        assert folded == {(7, 1): 0b011}
        assert conflicts == [None, (7, 1)]

    def test_a_party_that_overlaps_anywhere_takes_nothing(self) -> None:
        party = [Claim(0, 0, 7, 2, 1), Claim(1, 0, 7, 1, 1)]
        folded, conflicts = fold([[Claim(0, 0, 7, 1, 1)], party, [Claim(0, 0, 7, 2, 1)]])
        assert folded == {(7, 1): 1, (7, 2): 1}
        assert conflicts == [None, (7, 1), None]

    def test_a_request_that_overlaps_with_itself_takes_nothing(self) -> None:
        folded, conflicts = fold([[Claim(0, 0, 7, 1, 0b11), Claim(1, 0, 7, 1, 0b10)]])
        assert folded == {}
        assert conflicts == [(7, 1)]

    def test_is_in_key_order(self) -> None:
        folded, _ = fold([[Claim(0, 0, 2, 1, 1), Claim(1, 0, 1, 5, 1), Claim(2, 0, 2, 0, 1)]])
        assert list(folded) == [(1, 5), (2, 0), (2, 1)]

    @given(st.lists(st.lists(narrow, max_size=3), max_size=8))
    def test_serves_in_order_whoever_fits(self, requests: list[list[Claim]]) -> None:
        taken: set[tuple[int, int, int]] = set()
        folded, conflicts = fold(requests)
        for request, conflict in zip(requests, conflicts, strict=True):
            sections = [
                (claim.departure_id, claim.unit_no, bit)
                for claim in request
                for bit in range(4)
                if claim.mask >> bit & 1
            ]
            fits = len(set(sections)) == len(sections) and not taken & set(sections)
            assert (conflict is None) == fits
            if fits:
                taken |= set(sections)
        assert {(*key, bit) for key, mask in folded.items() for bit in range(4) if mask >> bit & 1} == taken


class TestCombine:
    @given(st.lists(claims))
    def test_joins_all_sections_of_a_unit_in_key_order(self, given_claims: list[Claim]) -> None:
        masks = combine(given_claims)
        assert list(masks) == sorted({claim.key for claim in given_claims})
        for claim in given_claims:
            assert masks[claim.key] & claim.mask == claim.mask
        for key, mask in masks.items():
            for claim in given_claims:
                if claim.key == key:
                    mask &= ~claim.mask  # noqa: PLW2901
            assert mask == 0
