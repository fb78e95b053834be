"""Fraud rules: the files, and what they make of a payment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfare.contracts.payments.fraud import Risk
from wayfare.kernel.errors import ImportRefused
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.fraud import (
    REVIEW_S_MAX,
    TRAITS,
    Ceiling,
    Closeness,
    Rules,
    Screening,
    Velocity,
    assess,
    is_stranger,
)
from wayfare.services.payments.domain.fraud_files import read_rules

NOW = 1_800_000_000
PRICE = Money(5990, "EUR")
UNKNOWN = Risk()
HEAD = "review_from = 50\nrefuse_from = 100\n"
FILE = (
    HEAD
    + """
[[velocity]]
of = "card"
more_than = 3
within_s = 600
score = 60
[[amount]]
over = "500.00"
currency = "EUR"
score = 30
[[amount]]
over = "60000"
currency = "JPY"
score = 30
[[departure]]
within_s = 3600
score = 20
[name_mismatch]
score = 25
"""
)

scores = st.integers(1, 1000)
velocities = st.builds(
    Velocity, of=st.sampled_from(TRAITS), more_than=st.integers(0, 5), within_s=st.integers(1, 9), score=scores
)
ceilings = st.builds(
    Ceiling,
    over=st.builds(Money, st.integers(0, 9000), st.sampled_from(["EUR", "JPY"])),
    score=scores,
)
closenesses = st.builds(Closeness, within_s=st.integers(1, 7200), score=scores)


@st.composite
def rule_sets(draw: st.DrawFn) -> Rules:
    low, high = sorted((draw(st.integers(1, 3000)), draw(st.integers(1, 3000))))
    return Rules(
        low,
        high,
        tuple(draw(st.lists(velocities, max_size=4, unique=True))),
        tuple(draw(st.lists(ceilings, max_size=3))),
        tuple(draw(st.lists(closenesses, max_size=3))),
        draw(st.integers(0, 500)),
    )


risks = st.builds(
    Risk,
    cardholder=st.sampled_from(["", "ADA LOVELACE", "Charles Babbage"]),
    names=st.just(("Ada Lovelace",)),
    departs_s=st.one_of(st.just(0), st.integers(NOW, NOW + 9000)),
    held_until_s=st.one_of(st.just(0), st.integers(NOW - 50, NOW + 5000)),
)


def judge(rules: Rules, risk: Risk = UNKNOWN, amount: Money = PRICE, seen: int = 0) -> Screening:
    return assess(rules, 7, amount, risk, NOW, dict.fromkeys(rules.velocity, seen))


class TestScore:
    @given(rules=rule_sets(), risk=risks, seen=st.integers(0, 6), more=st.integers(0, 6))
    def test_more_payments_never_make_it_better(self, rules: Rules, risk: Risk, seen: int, more: int) -> None:
        before, after = judge(rules, risk, seen=seen), judge(rules, risk, seen=seen + more)
        assert before.score <= after.score
        order = ("accept", "review", "refuse")
        assert order.index(before.decision) <= order.index(after.decision)

    @given(rules=rule_sets(), risk=risks, seen=st.integers(0, 6))
    def test_the_decision_follows_from_the_score(self, rules: Rules, risk: Risk, seen: int) -> None:
        screening = judge(rules, risk, seen=seen)
        assert (screening.decision == "refuse") == (screening.score >= rules.refuse_from)
        assert (screening.decision == "accept") == (screening.score < rules.review_from)
        assert (screening.score > 0) == bool(screening.reasons)
        assert len(screening.reasons) <= rules.count
        assert 1 <= screening.review_s <= REVIEW_S_MAX

    @given(rules=rule_sets(), seen=st.integers(0, 6))
    def test_each_velocity_rule_counts_above_its_number(self, rules: Rules, seen: int) -> None:
        alone = Rules(rules.review_from, rules.refuse_from, rules.velocity)
        assert judge(alone, seen=seen).score == sum(rule.score for rule in rules.velocity if seen > rule.more_than)

    def test_what_is_not_known_counts_for_nothing(self) -> None:
        rules = read_rules(FILE)
        assert judge(rules, Risk()) == Screening("accept", 0, (), 7, REVIEW_S_MAX)

    def test_amounts_by_currency(self) -> None:
        rules = read_rules(FILE)
        assert judge(rules, amount=Money(50_000, "EUR")).score == 0
        assert judge(rules, amount=Money(50_001, "EUR")).reasons == ("amount: over 500.00 EUR",)
        assert judge(rules, amount=Money(60_001, "JPY")).score == 30
        assert judge(rules, amount=Money(90_000, "USD")).score == 0

    def test_a_review_ends_with_the_hold(self) -> None:
        assert judge(read_rules(FILE), Risk(held_until_s=NOW + 40)).review_s == 40

    @pytest.mark.parametrize(
        ("cardholder", "stranger"),
        [
            ("", False),
            ("MME ANAIS NIN", False),
            ("A NIN", False),
            ("Anaïs Guiler", False),
            ("A GUILER", True),
            ("---", False),
        ],
    )
    def test_names(self, cardholder: str, stranger: bool) -> None:
        assert is_stranger(cardholder, ("Henry Miller", "Anaïs Nin")) is stranger

    @given(name=st.text(max_size=40))
    def test_nobody_is_a_stranger_to_themselves(self, name: str) -> None:
        assert not is_stranger(name, (name,))


class TestFile:
    def test_everything(self) -> None:
        rules = read_rules(FILE)
        assert rules == Rules(
            50,
            100,
            (Velocity("card", 3, 600, 60),),
            (Ceiling(Money(50_000, "EUR"), 30), Ceiling(Money(60_000, "JPY"), 30)),
            (Closeness(3600, 20),),
            25,
        )
        assert (rules.count, rules.window_s) == (5, 600)

    def test_none_switch_off(self) -> None:
        assert read_rules(HEAD).count == 0

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("review_from = ", "is no TOML"),
            ("refuse_from = 1", "file: Object missing required field `review_from`"),
            ("review_from = 9\nrefuse_from = 8", "review_from: is higher than refuse_from"),
            (HEAD + "other = 1", "file: Object contains unknown field `other`"),
            (HEAD + "[name_mismatch]\nscore = 0", "name_mismatch.score: Expected `int` >= 1"),
            (HEAD + "[[departure]]\nwithin_s = 5", "departure[0]: Object missing required field `score`"),
            (HEAD + '[[velocity]]\nof = "phone"\nmore_than = 1\nwithin_s = 1\nscore = 1', "velocity[0].of: Invalid"),
            (HEAD + '[[amount]]\nover = "1.234"\ncurrency = "EUR"\nscore = 1', "amount[0]: "),
            (HEAD + '[[amount]]\nover = "1"\ncurrency = "XYZ"\nscore = 1', "amount[0]: "),
            (HEAD + '[[amount]]\nover = "-1"\ncurrency = "EUR"\nscore = 1', "amount[0].over: is negative"),
            (HEAD + "[[departure]]\nwithin_s = 5\nscore = 1\n" * 101, "at most 100"),
            (HEAD + '[[velocity]]\nof = "card"\nmore_than = 1\nwithin_s = 1\nscore = 1\n' * 2, "occurs twice"),
        ],
    )
    def test_mistakes_are_one_line(self, text: str, said: str) -> None:
        with pytest.raises(ImportRefused) as refused:
            read_rules(text)
        assert said in refused.value.detail
        assert "\n" not in refused.value.detail
