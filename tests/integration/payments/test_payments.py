"""The payments contract on a real database, with a gateway that remembers what it moved."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from integration.bookings.recording_gateway import RecordingGateway
from integration.payments.conftest import make
from wayfare.contracts.payments.api import (
    AuthorisePayment,
    CheckPayments,
    ListPayments,
    Payment,
    PaymentRef,
    RefundPayment,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.service import Service
from wayfare.kernel.errors import ConfigurationError, NotFound, Unavailable, ValidationFailed
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.gateways import GatewayOptions, find_gateway

PRICE = Money(5990, "EUR")


def ask(
    token: str = "tok_approved", payment_id: UUID | None = None, booking_id: UUID | None = None
) -> AuthorisePayment:
    return AuthorisePayment(payment_id or uuid7(), booking_id or uuid7(), PRICE, "card", token)


async def captured(payments: Service) -> Payment:
    message = ask()
    await payments.api.authorise(message)
    payment: Payment = await payments.api.capture(PaymentRef(message.payment_id))
    assert payment.state == "captured"
    return payment


class TestAuthorise:
    async def test_approved(self, payments: Service) -> None:
        message = ask()
        payment = await payments.api.authorise(message)
        assert (payment.state, payment.amount) == ("authorised", PRICE)
        assert await payments.api.get_payment(PaymentRef(message.payment_id)) == payment

    async def test_declined(self, payments: Service) -> None:
        payment = await payments.api.authorise(ask("tok_insufficient_funds"))
        assert (payment.state, payment.reason) == ("declined", "insufficient_funds")

    async def test_asked_again_it_answers_the_same(self, payments: Service, gateway: RecordingGateway) -> None:
        message = ask()
        first = await payments.api.authorise(message)
        assert await payments.api.authorise(message) == first
        await asyncio.sleep(0.2)  # no longer fresh: what is known is read, the gateway is not asked
        assert await payments.api.authorise(message) == first
        assert gateway.calls["authorise"] == 2

    async def test_the_same_payment_twenty_times_at_once(self, payments: Service, database: Database) -> None:
        message = ask()
        answers = await asyncio.gather(*(payments.api.authorise(message) for _ in range(20)))
        assert {answer.state for answer in answers} == {"authorised"}
        assert await database.fetchval("SELECT count(*) FROM payments.payment") == 1

    async def test_a_card_number_is_refused_before_anything_is_stored(
        self, payments: Service, database: Database, gateway: RecordingGateway
    ) -> None:
        with pytest.raises(ValidationFailed):
            await payments.api.authorise(ask("4111111111111111"))
        assert await database.fetchval("SELECT count(*) FROM payments.payment") == 0
        assert gateway.calls.total() == 0

    async def test_an_id_used_for_something_else(self, payments: Service) -> None:
        message = ask()
        await payments.api.authorise(message)
        await asyncio.sleep(0.2)
        with pytest.raises(ValidationFailed):
            await payments.api.authorise(ask(payment_id=message.payment_id))

    async def test_no_answer_in_time_is_pending_then_looked_up(self, payments: Service) -> None:
        message = ask("tok_timeout")
        assert (await payments.api.authorise(message)).state == "pending"
        assert (await payments.api.authorise(message)).state == "authorised"
        assert (await payments.api.capture(PaymentRef(message.payment_id))).state == "captured"

    async def test_a_gateway_out_of_reach_is_pending_too(self, payments: Service, gateway: RecordingGateway) -> None:
        gateway.fail_next["authorise"] = 1
        message = ask()
        assert (await payments.api.authorise(message)).state == "pending"
        assert (await payments.api.authorise(message)).state == "authorised"

    async def test_it_is_known_after_a_restart(
        self, payments: Service, database: Database, gateway: RecordingGateway
    ) -> None:
        message = ask()
        await payments.api.authorise(message)
        other = make(database, gateway)
        await other.start()
        assert (await other.api.capture(PaymentRef(message.payment_id))).state == "captured"
        await other.stop()


class TestCapture:
    async def test_once_however_often(self, payments: Service, gateway: RecordingGateway) -> None:
        payment = await captured(payments)
        assert await payments.api.capture(PaymentRef(payment.payment_id)) == payment
        assert gateway.captured == {str(payment.payment_id): PRICE}
        assert gateway.calls["capture"] == 1

    async def test_unknown(self, payments: Service) -> None:
        with pytest.raises(NotFound):
            await payments.api.capture(PaymentRef(uuid7()))

    async def test_declined_stays_declined(self, payments: Service, gateway: RecordingGateway) -> None:
        message = ask("tok_declined")
        await payments.api.authorise(message)
        assert (await payments.api.capture(PaymentRef(message.payment_id))).state == "declined"
        assert gateway.calls["capture"] == 0

    async def test_refused_by_the_gateway(self, payments: Service, gateway: RecordingGateway) -> None:
        gateway.refuse.add("capture")
        message = ask()
        await payments.api.authorise(message)
        payment = await payments.api.capture(PaymentRef(message.payment_id))
        assert (payment.state, payment.reason) == ("failed", "capture_refused")

    async def test_out_of_reach(self, payments: Service, gateway: RecordingGateway) -> None:
        gateway.fail_next["capture"] = 1
        message = ask()
        await payments.api.authorise(message)
        with pytest.raises(Unavailable):
            await payments.api.capture(PaymentRef(message.payment_id))
        assert (await payments.api.capture(PaymentRef(message.payment_id))).state == "captured"

    async def test_voided_elsewhere_meanwhile_is_given_back(
        self, payments: Service, database: Database, gateway: RecordingGateway
    ) -> None:
        message = ask()
        await payments.api.authorise(message)
        await database.execute("UPDATE payments.payment SET state = 'voided'")
        assert (await payments.api.capture(PaymentRef(message.payment_id))).state == "voided"
        assert gateway.voided == {str(message.payment_id)}


class TestVoid:
    @pytest.mark.parametrize("token", ["tok_approved", "tok_timeout"])
    async def test_a_reservation_is_let_go(self, payments: Service, gateway: RecordingGateway, token: str) -> None:
        message = ask(token)
        await payments.api.authorise(message)
        assert (await payments.api.void(PaymentRef(message.payment_id))).state == "voided"
        assert (await payments.api.void(PaymentRef(message.payment_id))).state == "voided"
        assert (await payments.api.capture(PaymentRef(message.payment_id))).state == "voided"
        assert not gateway.captured

    async def test_captured_money_goes_back_once(self, payments: Service, gateway: RecordingGateway) -> None:
        payment = await captured(payments)
        for _ in range(2):
            voided = await payments.api.void(PaymentRef(payment.payment_id))
            assert (voided.state, voided.refunded) == ("captured", 5990)
        assert list(gateway.refunded.values()) == [PRICE]

    async def test_only_the_rest_goes_back(self, payments: Service, gateway: RecordingGateway) -> None:
        payment = await captured(payments)
        await payments.api.refund(RefundPayment(uuid4(), payment.payment_id, Money(990, "EUR")))
        await payments.api.void(PaymentRef(payment.payment_id))
        assert sorted(amount.minor for amount in gateway.refunded.values()) == [990, 5000]


class TestRefund:
    async def test_once_however_often(self, payments: Service, gateway: RecordingGateway, database: Database) -> None:
        payment = await captured(payments)
        message = RefundPayment(uuid4(), payment.payment_id, Money(1000, "EUR"))
        answers = await asyncio.gather(*(payments.api.refund(message) for _ in range(10)))
        assert {answer.state for answer in answers} == {"refunded"}
        assert (await payments.api.get_payment(PaymentRef(payment.payment_id))).refunded == 1000
        assert len(gateway.refunded) == 1
        assert await database.fetchval("SELECT count(*) FROM payments.open_refund") == 0

    async def test_many_at_once_never_exceed_the_payment(self, payments: Service, gateway: RecordingGateway) -> None:
        payment = await captured(payments)
        answers = await asyncio.gather(
            *(payments.api.refund(RefundPayment(uuid4(), payment.payment_id, Money(2000, "EUR"))) for _ in range(10)),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, ValidationFailed) for answer in answers) == 8
        assert len(gateway.refunded) == 2
        assert not (await payments.api.check(CheckPayments())).findings

    async def test_the_same_id_with_another_amount(self, payments: Service) -> None:
        payment = await captured(payments)
        refund_id = uuid4()
        await payments.api.refund(RefundPayment(refund_id, payment.payment_id, Money(1000, "EUR")))
        with pytest.raises(ValidationFailed):
            await payments.api.refund(RefundPayment(refund_id, payment.payment_id, Money(1001, "EUR")))

    async def test_unknown_payment(self, payments: Service) -> None:
        with pytest.raises(NotFound):
            await payments.api.refund(RefundPayment(uuid4(), uuid7(), Money(1, "EUR")))

    async def test_without_an_answer_a_job_asks_again(
        self, payments: Service, gateway: RecordingGateway, database: Database
    ) -> None:
        payment = await captured(payments)
        gateway.fail_next["refund"] = 2
        refund = await payments.api.refund(RefundPayment(uuid4(), payment.payment_id, PRICE))
        assert refund.state == "pending"
        job = next(job.run for job in payments.jobs if job.name == "payments.retry_refunds")
        await job()  # not due yet
        assert gateway.calls["refund"] == 1
        for _ in range(2):
            await database.execute("UPDATE payments.open_refund SET due_at = now()")
            await job()
        assert list(gateway.refunded.values()) == [PRICE]
        assert not (await payments.api.check(CheckPayments())).findings

    async def test_declined_no_longer_counts(self, payments: Service, gateway: RecordingGateway) -> None:
        payment = await captured(payments)
        gateway.refuse.add("refund")
        refund = await payments.api.refund(RefundPayment(uuid4(), payment.payment_id, PRICE))
        assert refund.state == "failed"
        assert (await payments.api.get_payment(PaymentRef(payment.payment_id))).refunded == 0
        assert not (await payments.api.check(CheckPayments())).findings


class TestCheck:
    async def test_nothing_wrong(self, payments: Service) -> None:
        await captured(payments)
        found = await payments.api.check(CheckPayments())
        assert (found.checked, found.findings) == (1, ())

    @pytest.mark.parametrize(
        ("damage", "code"),
        [
            ("UPDATE payments.payment SET refunded = 1", "payment_refunds_disagree"),
            ("UPDATE payments.refund SET amount = 999", "payment_refunds_disagree"),
            ("UPDATE payments.payment SET state = 'voided'", "payment_refunds_disagree"),
            ("DELETE FROM payments.payment", "refund_without_payment"),
            (
                "UPDATE payments.payment SET state = 'pending', updated_at = now() - interval '2 hours'",
                "payment_stuck",
            ),
            (
                "INSERT INTO payments.open_refund (refund_id, payment_id, due_at, created_at) "
                "SELECT refund_id, payment_id, now(), now() - interval '2 days' FROM payments.refund",
                "refund_stuck",
            ),
        ],
    )
    async def test_damage_is_found(self, payments: Service, database: Database, damage: str, code: str) -> None:
        payment = await captured(payments)
        await payments.api.refund(RefundPayment(uuid4(), payment.payment_id, Money(1000, "EUR")))
        await database.execute(damage)
        found = await payments.api.check(CheckPayments())
        assert code in {finding.code for finding in found.findings}


class TestList:
    async def test_pages_by_id(self, payments: Service) -> None:
        made = [await captured(payments) for _ in range(5)]
        first = await payments.api.list_payments(ListPayments(None, 3))
        rest = await payments.api.list_payments(ListPayments(first.payments[-1].payment_id, 3))
        assert [one.payment_id for one in first.payments + rest.payments] == sorted(one.payment_id for one in made)


def test_an_unknown_gateway_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError):
        find_gateway("barter", b"secret", GatewayOptions())
