"""What every gateway's adapter promises, asked over a real socket: the same cases for all of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from integration.payments.gateway_worlds import WORLDS, GatewayWorld, at_paypal, at_stripe
from wayfare.kernel.errors import Unauthenticated, Unavailable
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters import simulated_http_gateway, stripe_gateway
from wayfare.services.payments.application.ports import Charge, GatewayAnswer

PRICE = Money(5990, "EUR")


@pytest.fixture(params=sorted(WORLDS))
async def world(request: pytest.FixtureRequest) -> AsyncIterator[GatewayWorld]:
    async with WORLDS[request.param]() as opened:
        yield opened
        await opened.gateway.aclose()


@pytest.fixture
def remembering(world: GatewayWorld) -> GatewayWorld:
    if not world.remembers:
        pytest.skip("the gateway of this process has no memory to look into")
    return world


def charge(world: GatewayWorld, kind: str = "approved", amount: Money = PRICE) -> Charge:
    return Charge(str(uuid7()), amount, "card", world.tokens[kind])


async def authorised(world: GatewayWorld, amount: Money = PRICE) -> tuple[str, str]:
    """Key and reference of a charge that is authorised."""
    wanted = charge(world, amount=amount)
    answer = await world.gateway.authorise(wanted)
    assert answer.outcome == "authorised", answer
    return wanted.key, answer.ref


async def captured(world: GatewayWorld, amount: Money = PRICE) -> tuple[str, str]:
    key, ref = await authorised(world, amount)
    assert (await world.gateway.capture(key, ref, amount)).outcome == "captured"
    return key, ref


async def lost(world: GatewayWorld, wanted: Charge) -> None:
    """The gateway acts, but its answer never comes."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await world.gateway.authorise(wanted)


class TestAuthorise:
    async def test_the_same_key_reserves_once(self, world: GatewayWorld) -> None:
        wanted = charge(world)
        answers = [await world.gateway.authorise(wanted) for _ in range(3)]
        assert {answer.outcome for answer in answers} == {"authorised"}
        assert len({answer.ref for answer in answers}) == 1
        if world.remembers:
            assert world.charges() == 1

    async def test_declined_with_a_reason(self, world: GatewayWorld) -> None:
        answer = await world.gateway.authorise(charge(world, "declined"))
        assert answer.outcome == "declined"
        assert answer.reason

    async def test_an_unknown_token_is_declined(self, world: GatewayWorld) -> None:
        answer = await world.gateway.authorise(Charge(str(uuid7()), PRICE, "card", "nonsense"))
        assert answer.outcome == "declined"

    @pytest.mark.parametrize("amount", [Money(1200, "JPY"), Money(12_340, "KWD"), Money(99, "INR")])
    async def test_currencies_with_other_minor_units(self, world: GatewayWorld, amount: Money) -> None:
        key, ref = await captured(world, amount)
        assert (await world.gateway.refund(str(uuid7()), ref, amount)).outcome == "refunded"
        assert key

    async def test_an_error_after_the_fact_is_unavailable_then_found(self, world: GatewayWorld) -> None:
        wanted = charge(world, "failing")
        with pytest.raises(Unavailable):
            await world.gateway.authorise(wanted)
        assert (await world.gateway.look_up(wanted)).outcome == "authorised"
        if world.remembers:
            assert world.charges() == 1

    async def test_a_gateway_that_is_down_is_unavailable(self, world: GatewayWorld) -> None:
        with pytest.raises(Unavailable):
            await world.gateway.authorise(charge(world, "down"))


class TestLookUp:
    async def test_a_lost_answer_is_found_by_the_key(self, world: GatewayWorld) -> None:
        wanted = charge(world, "silent")
        await lost(world, wanted)
        found = await world.gateway.look_up(wanted)
        assert found.outcome == "authorised"
        assert (await world.gateway.capture(wanted.key, found.ref, PRICE)).outcome == "captured"
        if world.remembers:
            assert (world.charges(), world.captured()) == (1, [5990])

    async def test_by_reference(self, remembering: GatewayWorld) -> None:
        key, ref = await captured(remembering)
        wanted = Charge(key, PRICE, "card", remembering.tokens["approved"], ref)
        found = await remembering.gateway.look_up(wanted)
        assert (found.outcome, found.ref) == ("captured", ref)


class TestCapture:
    async def test_once_however_often(self, world: GatewayWorld) -> None:
        key, ref = await captured(world)
        assert (await world.gateway.capture(key, ref, PRICE)).outcome == "captured"
        if world.remembers:
            assert world.captured() == [5990]

    async def test_nothing_without_an_authorisation(self, world: GatewayWorld) -> None:
        assert (await world.gateway.capture(str(uuid7()), "nothing", PRICE)).outcome == "declined"


class TestVoid:
    async def test_what_is_let_go_cannot_be_captured(self, remembering: GatewayWorld) -> None:
        key, ref = await authorised(remembering)
        for _ in range(2):
            assert (await remembering.gateway.void(key, ref, PRICE)).outcome == "voided"
        assert (await remembering.gateway.capture(key, ref, PRICE)).outcome == "declined"
        assert remembering.captured() == []

    async def test_captured_meanwhile_goes_back_in_full_once(self, remembering: GatewayWorld) -> None:
        key, ref = await captured(remembering)
        for _ in range(2):
            await remembering.gateway.void(key, ref, PRICE)
        assert remembering.refunded() == [5990]


class TestRefund:
    async def test_in_parts_each_once_and_never_too_much(self, remembering: GatewayWorld) -> None:
        _, ref = await captured(remembering)
        for part in (1000, 2000):
            refund_id = str(uuid7())
            for _ in range(2):
                answer = await remembering.gateway.refund(refund_id, ref, Money(part, "EUR"))
                assert answer.outcome == "refunded"
        assert remembering.refunded() == [3000]
        too_much = await remembering.gateway.refund(str(uuid7()), ref, Money(3000, "EUR"))
        assert too_much.outcome == "declined"
        assert too_much.reason


class TestList:
    async def test_says_of_each_charge_what_was_moved(self, world: GatewayWorld) -> None:
        key, ref = await captured(world)
        await world.gateway.refund(str(uuid7()), ref, Money(1000, "EUR"))
        reserved, _ = await authorised(world, Money(1200, "JPY"))
        await world.gateway.authorise(charge(world, "declined"))
        since_s = int(time.time()) - 60
        page = await world.gateway.list_charges(since_s, "")
        if not world.lists:
            assert page is None
            return
        assert page is not None
        found = {one.key: one for one in page.charges}
        kept, waiting = found[key], found[reserved]
        assert (kept.amount, kept.captured, kept.refunded, kept.reserved) == (PRICE, 5990, 1000, False)
        assert (waiting.amount, waiting.captured, waiting.reserved) == (Money(1200, "JPY"), 0, True)
        assert since_s < kept.made_s <= time.time()
        later = await world.gateway.list_charges(int(time.time()) + 60, "")
        assert later is not None
        assert later.charges == ()

    async def test_comes_in_pages(self, remembering: GatewayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        if not remembering.lists:
            pytest.skip("it keeps no list to ask for")
        for adapter in (simulated_http_gateway, stripe_gateway):
            monkeypatch.setattr(adapter, "_PAGE", 2)
        made = [(await authorised(remembering))[0] for _ in range(5)]
        listed: list[str] = []
        after, pages = "", 0
        while pages == 0 or after:
            page = await remembering.gateway.list_charges(0, after)
            assert page is not None
            assert len(page.charges) <= 2
            listed += [one.key for one in page.charges]
            after, pages = page.next, pages + 1
        assert sorted(listed) == sorted(made)
        assert pages == 3


class TestFees:
    async def test_are_told_with_the_capture_where_they_are_known(self, world: GatewayWorld) -> None:
        key, ref = await authorised(world)
        answers = [await world.gateway.capture(key, ref, PRICE) for _ in range(2)]
        assert {answer.fee for answer in answers} == ({84} if world.tells_fees else {0})


class TestDisputes:
    async def test_name_the_payment_and_the_amount(self, remembering: GatewayWorld) -> None:
        key, ref = await captured(remembering)
        notice = await remembering.gateway.read_notice(*remembering.dispute(ref, 5000))
        assert notice is not None
        assert notice.key == key
        assert notice.dispute is not None
        assert notice.dispute.amount == Money(5000, "EUR")
        assert notice.dispute.ref
        assert notice.dispute.reason

    async def test_inquiries_take_no_money(self) -> None:
        async with at_stripe() as stripe:
            _, ref = await captured(stripe)
            told = stripe.fake.dispute(ref, 5000, "warning_needs_response")  # type: ignore[attr-defined]
            assert await stripe.gateway.read_notice(*told) is None
        async with at_paypal() as paypal:
            _, ref = await captured(paypal)
            told = paypal.fake.dispute(ref, "50.00", "INQUIRY")  # type: ignore[attr-defined]
            assert await paypal.gateway.read_notice(*told) is None


class TestChallenge:
    async def test_pending_until_the_customer_agrees(self, world: GatewayWorld) -> None:
        wanted = charge(world, "challenged")
        answer = await world.gateway.authorise(wanted)
        assert answer.outcome == "pending"
        assert answer.next_action is not None
        assert answer.next_action.url.startswith("http")
        wanted = Charge(wanted.key, PRICE, "card", wanted.token, answer.ref)
        assert (await world.gateway.look_up(wanted)).outcome == "pending"
        await world.finish_challenge(answer.ref, agreed=True)
        done = await world.gateway.look_up(wanted)
        assert done == GatewayAnswer("authorised", answer.ref)
        assert (await world.gateway.capture(wanted.key, done.ref, PRICE)).outcome == "captured"

    async def test_declined_when_he_refuses(self, remembering: GatewayWorld) -> None:
        wanted = charge(remembering, "challenged")
        answer = await remembering.gateway.authorise(wanted)
        await remembering.finish_challenge(answer.ref, agreed=False)
        done = await remembering.gateway.look_up(Charge(wanted.key, PRICE, "card", wanted.token, answer.ref))
        assert done.outcome == "declined"
        assert done.reason


class TestNotices:
    async def test_a_genuine_one_names_the_payment(self, remembering: GatewayWorld) -> None:
        key, ref = await authorised(remembering)
        headers, body = remembering.webhook(ref)
        notice = await remembering.gateway.read_notice(headers, body)
        assert notice is not None
        assert notice.key == key
        assert notice.event_id
        assert notice.kind

    async def test_altered_foreign_or_unsigned_ones_are_refused(self, remembering: GatewayWorld) -> None:
        _, ref = await authorised(remembering)
        headers, body = remembering.webhook(ref)
        foreign = remembering.webhook(ref, genuine=False)
        for sent in ((headers, body.replace(b'"', b' "', 1)), foreign, ({}, body), (headers, b"nonsense")):
            with pytest.raises(Unauthenticated):
                await remembering.gateway.read_notice(*sent)

    async def test_the_gateway_of_this_process_sends_none(self) -> None:
        async with WORLDS["simulated"]() as world:
            with pytest.raises(Unauthenticated):
                await world.gateway.read_notice({}, b"{}")


@pytest.mark.parametrize("world", ["simulated_http"], indirect=True)
class TestAnswersThatAreLost:
    """The first answer to a later step is an error; what was asked is done all the same, and once."""

    async def test_capture_then_refund(self, world: GatewayWorld) -> None:
        key = str(uuid7())
        answer = await world.gateway.authorise(Charge(key, PRICE, "card", "tok_approved+capture_error"))
        with pytest.raises(Unavailable):
            await world.gateway.capture(key, answer.ref, PRICE)
        assert world.captured() == [PRICE.minor]
        assert (await world.gateway.capture(key, answer.ref, PRICE)).outcome == "captured"
        assert world.captured() == [PRICE.minor]

    async def test_void(self, world: GatewayWorld) -> None:
        key = str(uuid7())
        answer = await world.gateway.authorise(Charge(key, PRICE, "card", "tok_approved+void_error"))
        with pytest.raises(Unavailable):
            await world.gateway.void(key, answer.ref, PRICE)
        assert (await world.gateway.void(key, answer.ref, PRICE)).outcome == "voided"

    async def test_refund(self, world: GatewayWorld) -> None:
        key = str(uuid7())
        answer = await world.gateway.authorise(Charge(key, PRICE, "card", "tok_approved+refund_error"))
        await world.gateway.capture(key, answer.ref, PRICE)
        with pytest.raises(Unavailable):
            await world.gateway.refund("r1", answer.ref, PRICE)
        assert (await world.gateway.refund("r1", answer.ref, PRICE)).outcome == "refunded"
        assert world.refunded() == [PRICE.minor]

    async def test_silence(self, world: GatewayWorld) -> None:
        key = str(uuid7())
        answer = await world.gateway.authorise(Charge(key, PRICE, "card", "tok_approved+capture_timeout"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(world.gateway.capture(key, answer.ref, PRICE), 0.2)
        assert (await world.gateway.capture(key, answer.ref, PRICE)).outcome == "captured"
