"""The fault matrix: a real process is killed around every step of the saga, whatever the gateway does."""

from __future__ import annotations

import msgspec
import pytest

from system.faults.conftest import Outcomes
from system.faults.matrix import CASES, Case, group_of
from system.faults.table import PROPERTY

RESUMED_S = 5.0
"""How soon what was left is taken up again, counted from the death or, if that is later, from the start."""
pytestmark = pytest.mark.slow


@pytest.mark.xdist_group("faults-0")
def test_the_matrix_is_large_enough() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.name, marks=pytest.mark.xdist_group(f"faults-{group_of(case.step)}"))
        for case in CASES
    ],
)
def test_a_killed_process_leaves_nothing_undone(
    case: Case, outcomes: Outcomes, record_property: pytest.RecordProperty
) -> None:
    outcome = outcomes.of(case)
    record_property(PROPERTY, {"no": CASES.index(case), **msgspec.to_builtins(case), **msgspec.to_builtins(outcome)})
    if outcome.resumed_s is not None:
        assert outcome.resumed_s - outcome.ready_s < RESUMED_S
