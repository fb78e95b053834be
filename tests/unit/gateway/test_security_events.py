"""Refusals become security events by what they are, and say nothing of whom."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from logs import logged
from wayfare.gateway.problems import problem_of
from wayfare.infrastructure import security_events
from wayfare.kernel.errors import (
    CardNumberRefused,
    Forbidden,
    LinkInvalid,
    NotFound,
    OfferInvalid,
    RateLimited,
    SignatureRefused,
    Unauthenticated,
    WayfareError,
)


def counted(kind: str) -> float:
    return REGISTRY.get_sample_value("wayfare_security_events_total", {"kind": kind}) or 0.0


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        (Unauthenticated(), "token_refused", 401),
        (SignatureRefused(), "signature_refused", 401),
        (Forbidden(), "permission_refused", 403),
        (RateLimited(), "rate_limited", 429),
        (OfferInvalid(), "offer_refused", 422),
        (LinkInvalid(), "link_refused", 422),
        (CardNumberRefused(), "card_number_refused", 422),
    ],
)
def test_a_refusal_is_counted_and_logged_once(error: WayfareError, kind: str, status: int) -> None:
    before = counted(kind)
    with logged(security_events) as lines:
        assert problem_of(error).status_code == status
    assert counted(kind) == before + 1
    assert lines == [{"event": "security.event", "log_level": "warning", "kind": kind}]


def test_what_is_not_there_is_no_attack() -> None:
    with logged(security_events) as lines:
        problem_of(NotFound("no booking of ada@example.org"))
    assert lines == []
