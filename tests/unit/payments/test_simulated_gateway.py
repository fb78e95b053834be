"""The simulated gateway answers by token, remembers nothing and is not fooled."""

from __future__ import annotations

import asyncio

import pytest

from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.simulated_gateway import SimulatedGateway
from wayfare.services.payments.application.ports import Charge

PRICE = Money(5990, "EUR")


def charge(token: str, key: str = "p1") -> Charge:
    return Charge(key, PRICE, "card", token)


@pytest.fixture
def gateway() -> SimulatedGateway:
    return SimulatedGateway(b"secret", slow_s=0.05)


@pytest.mark.parametrize(
    ("token", "outcome", "reason"),
    [
        ("tok_approved", "authorised", ""),
        ("tok_slow", "authorised", ""),
        ("tok_declined", "declined", "card_declined"),
        ("tok_insufficient_funds", "declined", "insufficient_funds"),
        ("tok_other", "declined", "unknown_token"),
    ],
)
async def test_the_token_decides(gateway: SimulatedGateway, token: str, outcome: str, reason: str) -> None:
    answer = await gateway.authorise(charge(token))
    assert (answer.outcome, answer.reason) == (outcome, reason)


async def test_timeout_never_answers_but_reserved_the_amount(gateway: SimulatedGateway) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(gateway.authorise(charge("tok_timeout")), 0.05)
    assert (await gateway.look_up(charge("tok_timeout"))).outcome == "authorised"


async def test_the_same_key_gives_the_same_reference_after_a_restart(gateway: SimulatedGateway) -> None:
    first = await gateway.authorise(charge("tok_approved"))
    assert await SimulatedGateway(b"secret").authorise(charge("tok_approved")) == first
    assert (await gateway.authorise(charge("tok_approved", "p2"))).ref != first.ref


async def test_only_what_was_authorised_is_captured(gateway: SimulatedGateway) -> None:
    ref = (await gateway.authorise(charge("tok_approved"))).ref
    assert (await gateway.capture("p1", ref, PRICE)).outcome == "captured"
    for key, reference, amount in (
        ("p2", ref, PRICE),
        ("p1", "sim_forged", PRICE),
        ("p1", ref, Money(5991, "EUR")),
        ("p1", ref, Money(5990, "USD")),
    ):
        answer = await gateway.capture(key, reference, amount)
        assert (answer.outcome, answer.reason) == ("declined", "unknown_reference")


async def test_another_secret_knows_nothing(gateway: SimulatedGateway) -> None:
    ref = (await gateway.authorise(charge("tok_approved"))).ref
    assert (await SimulatedGateway(b"other").capture("p1", ref, PRICE)).outcome == "declined"


async def test_voids_and_refunds(gateway: SimulatedGateway) -> None:
    ref = (await gateway.authorise(charge("tok_approved"))).ref
    assert (await gateway.void("p1", "", PRICE)).outcome == "voided"
    assert (await gateway.refund("r1", ref, PRICE)).outcome == "refunded"
    assert (await gateway.refund("r1", "foreign", PRICE)).outcome == "declined"
