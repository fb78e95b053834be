"""Our payments and refunds against the simulated gateway's own list, chargebacks and fees, over real sockets."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from uuid import UUID, uuid4

import httpx2
import pytest

from integration.payments.test_webhooks import PRICE, Shop, shop
from wayfare.contracts.payments.api import (
    AuthorisePayment,
    CheckPayments,
    CompareCharges,
    PaymentRef,
    RefundPayment,
)
from wayfare.infrastructure.database import Database
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money

JOURNAL = """
SELECT sum(reserved)::bigint, sum(gateway)::bigint, sum(gateway_fees)::bigint, sum(sales)::bigint,
       sum(chargebacks)::bigint
FROM payments.journal
"""
BACK = "SELECT coalesce(sum(amount), 0)::bigint FROM payments.chargeback"


async def paid(opened: Shop, token: str = "tok_approved", price: Money = PRICE) -> UUID:
    message = AuthorisePayment(uuid7(), uuid7(), price, "card", token)
    await opened.service.api.authorise(message)
    await opened.service.api.capture(PaymentRef(message.payment_id))
    return message.payment_id


async def refunded(opened: Shop, payment_id: UUID, minor: int) -> None:
    await opened.service.api.refund(RefundPayment(uuid4(), payment_id, Money(minor, PRICE.currency)))


async def codes(opened: Shop, grace_s: int = -5) -> list[str]:
    """A grace below zero leaves nothing alone."""
    found = await opened.service.api.compare_charges(CompareCharges(int(time.time()) - 3600, grace_s))
    return [finding.code for finding in found.findings]


async def until(happens: Callable[[], Awaitable[object]]) -> None:
    for _ in range(200):
        if await happens():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen in time")


def charge_of(opened: Shop, payment_id: UUID) -> str:
    charge = opened.ledger.find_by_key(str(payment_id))
    assert charge is not None
    return charge.id


def bank() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(headers={"authorization": "Bearer sim_key"})


class TestComparison:
    async def test_all_is_well(self, database: Database) -> None:
        async with shop(database) as opened:
            await refunded(opened, await paid(opened), 1000)
            await paid(opened, price=Money(14_720, "JPY"))
            for token in ("tok_approved", "tok_declined", "tok_3ds", "tok_timeout"):
                await opened.authorise(token)
            message, _ = await opened.authorise("tok_approved")
            await opened.service.api.void(PaymentRef(message.payment_id))
            assert await codes(opened) == []

    @pytest.mark.parametrize(
        ("damage", "code"),
        [
            ("UPDATE charge SET key = 'of somebody else'", "charge_unknown"),
            ("DELETE FROM charge", "payment_unknown_to_gateway"),
            ("UPDATE charge SET amount = amount + 1", "charge_amount_differs"),
            ("UPDATE charge SET currency = 'USD'", "charge_amount_differs"),
            ("UPDATE charge SET captured = 0, refunded = 0, state = 'authorised'", "charge_captured_differs"),
            ("UPDATE charge SET captured = captured - 1", "charge_captured_differs"),
            ("UPDATE charge SET refunded = refunded + 1", "charge_refunded_differs"),
            ("UPDATE charge SET refunded = 0", "charge_refunded_differs"),
        ],
    )
    async def test_damage_at_the_gateway_is_found(self, database: Database, damage: str, code: str) -> None:
        async with shop(database) as opened:
            await refunded(opened, await paid(opened), 1000)
            opened.ledger._db.execute(damage)
            found = await codes(opened)
            assert code in found
            assert set(found) <= {code, "payment_unknown_to_gateway"}
            assert await codes(opened, grace_s=60) == [], "it may still be on its way"

    @pytest.mark.parametrize(
        ("damage", "code"),
        [
            ("DELETE FROM payments.payment", "charge_unknown"),
            ("UPDATE payments.payment SET amount = amount + 1", "charge_amount_differs"),
            ("UPDATE payments.payment SET state = 'authorised', refunded = 0", "charge_captured_differs"),
            ("UPDATE payments.payment SET state = 'voided', refunded = 0", "charge_captured_differs"),
            ("UPDATE payments.refund SET state = 'failed'", "charge_refunded_differs"),
        ],
    )
    async def test_damage_here_is_found(self, database: Database, damage: str, code: str) -> None:
        async with shop(database) as opened:
            await refunded(opened, await paid(opened), 1000)
            await database.execute(damage)
            assert await codes(opened) == [code]

    async def test_a_pending_refund_may_be_paid_out_or_not(self, database: Database) -> None:
        async with shop(database) as opened:
            payment_id = await paid(opened)
            await refunded(opened, payment_id, 1000)
            await database.execute("UPDATE payments.refund SET state = 'pending'")
            assert await codes(opened) == []
            opened.ledger._db.execute("UPDATE charge SET refunded = 0")
            assert await codes(opened) == []

    async def test_a_gateway_that_does_not_answer_proves_nothing(self, database: Database) -> None:
        async with shop(database) as opened:
            async with bank() as http:
                await http.put(f"{opened.gateway_url}/behaviour", json={"mode": "down"})
            assert await codes(opened) == ["gateway_not_compared"]

    async def test_holds_while_money_moves(self, database: Database) -> None:
        async with shop(database) as opened:
            dice = random.Random(20261121)
            done = False

            async def live() -> None:
                while not done:
                    payment_id = await paid(opened, dice.choice(["tok_approved", "tok_slow", "tok_declined"]))
                    if (await opened.service.api.get_payment(PaymentRef(payment_id))).state == "captured":
                        await refunded(opened, payment_id, dice.randint(1, PRICE.minor))

            lives = [asyncio.create_task(live()) for _ in range(8)]
            for _ in range(20):
                assert await codes(opened, grace_s=5) == []
            done = True
            await asyncio.gather(*lives)
            assert len(opened.ledger.list_charges("", 1000)) > 20
            assert await codes(opened) == []


class TestChargebacks:
    async def test_told_by_webhook_are_on_record_once(self, database: Database) -> None:
        async with shop(database) as opened:
            payment_id = await paid(opened, "tok_approved+duplicate")
            path = f"{opened.gateway_url}/authorisations/{charge_of(opened, payment_id)}/disputes"
            async with bank() as http:
                answer = await http.post(path, json={"amount": 5000})
                assert answer.status_code == 200, answer.text
                assert (await http.post(path, json={"amount": 991})).status_code == 402  # more than is left

            async def all_told() -> bool:
                return len(opened.deliveries) >= 6

            await until(all_told)
            assert [one["status"] for one in opened.deliveries[-2:]] == [204, 204]
            rows = await database.fetch("SELECT payment_id, amount, currency, reason FROM payments.chargeback")
            assert [tuple(row) for row in rows] == [(payment_id, 5000, "EUR", "fraudulent")]
            assert tuple(await database.fetchrow(JOURNAL)) == (0, 990, 0, -5990, 5000)
            told = await database.fetch("SELECT payload FROM payments.outbox WHERE type = 'payment.charged_back'")
            assert len(told) == 1
            assert "50.00" in told[0]["payload"]
            assert not (await opened.service.api.check(CheckPayments())).findings
            assert await codes(opened) == []

    async def test_of_a_capture_whose_answer_is_lost_are_asked_for_again(self, database: Database) -> None:
        async with shop(database) as opened:
            message, _ = await opened.authorise("tok_approved")
            charge = charge_of(opened, message.payment_id)
            opened.ledger.capture(charge, PRICE.minor, PRICE.currency)
            opened.ledger.dispute(charge, 5990, "fraudulent")

            async def refused() -> bool:
                return 503 in [one["status"] for one in opened.deliveries]

            await until(refused)
            assert await database.fetchval(BACK) == 0
            await opened.service.api.capture(PaymentRef(message.payment_id))
            await until(lambda: database.fetchval(BACK))
            assert await database.fetchval(BACK) == 5990


async def test_the_gateways_fee_is_in_the_journal(database: Database) -> None:
    async with shop(database, fee_share=Decimal("0.014")) as opened:
        await paid(opened)
        assert tuple(await database.fetchrow(JOURNAL)) == (0, 5906, 84, -5990, 0)
        assert not (await opened.service.api.check(CheckPayments())).findings
