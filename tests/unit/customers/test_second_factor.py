"""Codes of the second factor: by the clock, once, a few at a time."""

from __future__ import annotations

import base64

import pytest

from wayfare.contracts.customers.roles import Grant
from wayfare.services.customers.domain.second_factor import (
    CLOSED_S,
    WRONG_MAX,
    SecondFactor,
    judge,
    recovery_digest,
    without_staff,
)

# RFC 6238, appendix B: the secret of SHA-1 and the last six digits of its codes.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
NOW = 1111111111
CODE, BEFORE = VECTORS[NOW], "081804"


@pytest.mark.parametrize(("now_s", "code"), VECTORS.items())
def test_the_vectors_of_the_standard(now_s: int, code: str) -> None:
    assert judge(SecondFactor(SECRET), code, now_s)[0] == "right"


def test_a_code_is_good_once_and_none_before_it_afterwards() -> None:
    _, used = judge(SecondFactor(SECRET), f"{CODE[:3]} {CODE[3:]}", NOW)
    assert judge(used, CODE, NOW)[0] == "wrong"
    assert judge(used, BEFORE, NOW)[0] == "wrong", "the step before: seen over a shoulder, and too late now"
    assert judge(SecondFactor(SECRET), BEFORE, NOW)[0] == "right"


@pytest.mark.parametrize(("drift_s", "judgement"), [(-60, "wrong"), (-30, "right"), (30, "right"), (60, "wrong")])
def test_one_step_of_drift(drift_s: int, judgement: str) -> None:
    assert judge(SecondFactor(SECRET), CODE, NOW + drift_s)[0] == judgement


def test_five_wrong_codes_close_it_for_a_while() -> None:
    factor = SecondFactor(SECRET, confirmed=True, recovery=(recovery_digest("abcd"),))
    for _ in range(WRONG_MAX):
        judgement, factor = judge(factor, "000000", NOW)
        assert judgement == "wrong"
    for code in (CODE, "abcd"):
        assert judge(factor, code, NOW) == ("closed", factor)
    assert judge(factor, "abcd", NOW + CLOSED_S)[0] == "right"


def test_a_right_code_forgets_the_wrong_ones() -> None:
    _, factor = judge(SecondFactor(SECRET, wrong=4), CODE, NOW)
    assert factor.wrong == 0


def test_a_recovery_code_is_good_once_however_it_is_typed() -> None:
    factor = SecondFactor(SECRET, confirmed=True, recovery=(recovery_digest("abcd-efgh"), recovery_digest("ijkl")))
    judgement, factor = judge(factor, " ABCD efgh ", NOW)
    assert (judgement, factor.recovery) == ("right", (recovery_digest("ijkl"),))
    assert judge(factor, "abcdefgh", NOW)[0] == "wrong"


def test_no_recovery_code_counts_before_the_factor_does() -> None:
    assert judge(SecondFactor(SECRET, recovery=(recovery_digest("abcd-efgh"),)), "abcd-efgh", NOW)[0] == "wrong"


@pytest.mark.parametrize("code", ["", "05047", "0504710", "٠٥٠٤٧١", "\ud800", "05047a", "-50471", "None"])
def test_what_is_no_code(code: str) -> None:
    assert judge(SecondFactor(SECRET, confirmed=True, recovery=(b"",)), code, NOW)[0] == "wrong"


def test_who_has_shown_none_is_a_customer() -> None:
    staff = (Grant("customer"), Grant("operator_staff", "db:1"), Grant("administrator"))
    assert without_staff(staff) == without_staff(staff[1:]) == without_staff(()) == (Grant("customer"),)
