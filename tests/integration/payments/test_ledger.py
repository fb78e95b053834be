"""The journal on a real database: balanced whatever happens, never changed, and compared by the doctor."""

from __future__ import annotations

import asyncio
import random
from decimal import Decimal
from uuid import UUID, uuid4

import asyncpg
import pytest

from integration.bookings.recording_gateway import RecordingGateway
from integration.bookings.world import MIGRATIONS
from integration.payments.conftest import make
from wayfare.contracts.payments.api import (
    AuthorisePayment,
    CheckPayments,
    PaymentRef,
    RecordChargeback,
    RefundPayment,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import downgrade, upgrade
from wayfare.infrastructure.service import Service
from wayfare.kernel.errors import Unavailable, ValidationFailed
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money

PRICES = (Money(5990, "EUR"), Money(123_456, "INR"), Money(14_720, "JPY"))  # yen have no minor units

SUMS = """
SELECT currency, sum(reserved)::bigint AS reserved, sum(gateway)::bigint AS gateway, sum(sales)::bigint AS sales,
       sum(gateway_fees)::bigint AS gateway_fees, sum(refunds_due)::bigint AS refunds_due,
       sum(chargebacks)::bigint AS chargebacks
FROM payments.journal GROUP BY currency
"""


async def pay(payments: Service, price: Money, token: str = "tok_approved", *, capture: bool = True) -> UUID:
    message = AuthorisePayment(uuid7(), uuid7(), price, "card", token)
    await payments.api.authorise(message)
    if capture:
        await payments.api.capture(PaymentRef(message.payment_id))
    return message.payment_id


async def kinds(database: Database, payment_id: UUID) -> list[int]:
    query = "SELECT kind FROM payments.journal WHERE payment_id = $1 ORDER BY kind"
    return [row["kind"] for row in await database.fetch(query, payment_id)]


async def codes(payments: Service) -> set[str]:
    return {finding.code for finding in (await payments.api.check(CheckPayments())).findings}


class TestEntries:
    async def test_of_each_end(self, payments: Service, database: Database, gateway: RecordingGateway) -> None:
        assert await kinds(database, await pay(payments, PRICES[0])) == [1, 3]
        assert await kinds(database, await pay(payments, PRICES[0], "tok_declined")) == []
        voided = await pay(payments, PRICES[0], capture=False)
        await payments.api.void(PaymentRef(voided))
        assert await kinds(database, voided) == [1, 2]
        gateway.refuse.add("capture")
        assert await kinds(database, await pay(payments, PRICES[0])) == [1, 2]
        assert not await codes(payments)

    async def test_a_pending_payment_is_posted_when_it_is_authorised(
        self, payments: Service, database: Database
    ) -> None:
        message = AuthorisePayment(uuid7(), uuid7(), PRICES[0], "card", "tok_timeout")
        assert (await payments.api.authorise(message)).state == "pending"
        assert await kinds(database, message.payment_id) == []
        await payments.api.authorise(message)
        assert await kinds(database, message.payment_id) == [1]

    async def test_refunds_are_promised_then_paid_or_refused(
        self, payments: Service, database: Database, gateway: RecordingGateway
    ) -> None:
        paid, refused = await pay(payments, PRICES[2]), await pay(payments, PRICES[2])
        await payments.api.refund(RefundPayment(uuid4(), paid, Money(720, "JPY")))
        gateway.refuse.add("refund")
        await payments.api.refund(RefundPayment(uuid4(), refused, Money(720, "JPY")))
        assert await kinds(database, paid) == [1, 3, 4, 5]
        assert await kinds(database, refused) == [1, 3, 4, 6]
        assert not await codes(payments)

    async def test_what_the_gateway_keeps(self, database: Database) -> None:
        service = make(database, RecordingGateway(fee_share=Decimal("0.014")))
        await service.start()
        for price in PRICES:
            await pay(service, price)
        sums = {row["currency"]: (row["gateway_fees"], row["gateway"]) for row in await database.fetch(SUMS)}
        assert sums == {"EUR": (84, 5906), "INR": (1728, 121_728), "JPY": (206, 14_514)}
        assert not await codes(service)
        await service.stop()

    async def test_a_payment_of_nothing_has_no_entry(self, payments: Service, database: Database) -> None:
        assert await kinds(database, await pay(payments, Money(0, "EUR"))) == []
        assert not await codes(payments)


class TestChargebacks:
    async def test_once_however_often(self, payments: Service, database: Database) -> None:
        payment_id = await pay(payments, PRICES[0])
        message = RecordChargeback(uuid4(), payment_id, Money(5000, "EUR"), "fraudulent")
        for _ in range(2):
            await payments.api.record_chargeback(message)
        assert await kinds(database, payment_id) == [1, 3, 7]
        assert not await codes(payments)

    async def test_only_the_rest_can_be_refunded(self, payments: Service) -> None:
        payment_id = await pay(payments, PRICES[0])
        await payments.api.record_chargeback(RecordChargeback(uuid4(), payment_id, Money(5000, "EUR"), "fraudulent"))
        with pytest.raises(ValidationFailed):
            await payments.api.refund(RefundPayment(uuid4(), payment_id, Money(991, "EUR")))
        await payments.api.refund(RefundPayment(uuid4(), payment_id, Money(990, "EUR")))
        assert not await codes(payments)

    async def test_not_more_than_was_captured(self, payments: Service) -> None:
        payment_id = await pay(payments, PRICES[0])
        with pytest.raises(ValidationFailed):
            await payments.api.record_chargeback(RecordChargeback(uuid4(), payment_id, Money(5991, "EUR"), ""))


async def test_any_history_in_three_currencies_adds_up(
    payments: Service, database: Database, gateway: RecordingGateway
) -> None:
    dice = random.Random(20261121)

    async def live(price: Money) -> None:
        token = dice.choice(["tok_approved"] * 6 + ["tok_declined", "tok_timeout"])
        message = AuthorisePayment(uuid7(), uuid7(), price, "card", token)
        for _ in range(dice.randint(1, 3)):
            await payments.api.authorise(message)
        for _ in range(dice.randint(0, 6)):
            gateway.fail_next[dice.choice(["capture", "refund", "void"])] = dice.randint(0, 1)
            part = Money(dice.randint(1, price.minor), price.currency)
            try:
                match dice.randint(0, 4):
                    case 0:
                        await payments.api.void(PaymentRef(message.payment_id))
                    case 1:
                        await payments.api.record_chargeback(
                            RecordChargeback(uuid4(), message.payment_id, part, "fraudulent")
                        )
                    case 2:
                        await payments.api.refund(RefundPayment(uuid4(), message.payment_id, part))
                    case _:
                        await payments.api.capture(PaymentRef(message.payment_id))
            except (ValidationFailed, Unavailable):
                continue

    await asyncio.gather(*(live(dice.choice(PRICES)) for _ in range(60)))
    assert not await codes(payments)
    sums = {row["currency"]: row for row in await database.fetch(SUMS)}
    assert set(sums) == {price.currency for price in PRICES}
    for currency, row in sums.items():
        taken = sum(money.minor for money in gateway.captured.values() if money.currency == currency)
        given = sum(money.minor for money in gateway.refunded.values() if money.currency == currency)
        assert row["gateway"] + row["chargebacks"] == taken - given, "the journal and the gateway's own list"


class TestNothingIsChanged:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE payments.journal SET sales = sales",
            "DELETE FROM payments.journal",
            "TRUNCATE payments.journal",
        ],
    )
    async def test_append_only(self, payments: Service, database: Database, statement: str) -> None:
        await pay(payments, PRICES[0])
        with pytest.raises(asyncpg.RestrictViolationError):
            await database.execute(statement)

    async def test_what_does_not_balance_is_refused(self, payments: Service, database: Database) -> None:
        payment_id = await pay(payments, PRICES[0])
        with pytest.raises(asyncpg.CheckViolationError):
            await database.execute(
                "INSERT INTO payments.journal (payment_id, ref, kind, currency, sales) VALUES ($1, $1, 7, 'EUR', 1)",
                payment_id,
            )


class TestDamageIsFound:
    @pytest.mark.parametrize(
        ("damage", "code"),
        [
            ("DELETE FROM payments.journal WHERE kind = 3", "ledger_disagrees"),
            ("UPDATE payments.journal SET currency = 'USD' WHERE kind = 1", "ledger_disagrees"),
            ("UPDATE payments.payment SET amount = amount + 1", "ledger_disagrees"),
            ("UPDATE payments.refund SET state = 'pending'", "ledger_disagrees"),
            ("DELETE FROM payments.chargeback", "ledger_disagrees"),
            ("DELETE FROM payments.payment", "ledger_disagrees"),
            (
                "ALTER TABLE payments.journal DROP CONSTRAINT journal_balances; "
                "UPDATE payments.journal SET sales = sales - 1 WHERE kind = 3",
                "ledger_unbalanced",
            ),
        ],
    )
    async def test_by_the_doctor(self, payments: Service, database: Database, damage: str, code: str) -> None:
        payment_id = await pay(payments, PRICES[0])
        await payments.api.refund(RefundPayment(uuid4(), payment_id, Money(1000, "EUR")))
        await payments.api.record_chargeback(RecordChargeback(uuid4(), payment_id, Money(10, "EUR"), "fraudulent"))
        assert not await codes(payments)
        await database.execute("ALTER TABLE payments.journal DISABLE TRIGGER journal_append_only")
        await database.execute(damage)
        assert code in await codes(payments)


async def test_the_migration_fills_the_journal_of_what_was_paid_before(
    payments: Service, database: Database, dsn: str
) -> None:
    kept = await pay(payments, PRICES[0])
    await payments.api.refund(RefundPayment(uuid4(), kept, Money(1000, "EUR")))
    await pay(payments, PRICES[1], capture=False)
    before = await database.fetch(SUMS)
    migrations = [one for one in MIGRATIONS if one.schema == "payments"]
    await downgrade(dsn, migrations, "0001")
    await upgrade(dsn, migrations)
    assert await database.fetch(SUMS) == before
    assert not await codes(payments)
