"""Fraud rules on a real database: each rule, the queue of reviews, the audit, and what is forgotten."""

from __future__ import annotations

import asyncio
from uuid import UUID

import asyncpg
import msgspec
import pytest

from integration.bookings.recording_gateway import RecordingGateway
from integration.bookings.world import NOW as MOMENT
from integration.payments.conftest import make
from wayfare.contracts.payments.api import AuthorisePayment, ListSettled, Payment, PaymentRef
from wayfare.contracts.payments.fraud import (
    DecideReview,
    FindFraudRules,
    FindReview,
    ListReviews,
    LoadFraudRules,
    Risk,
)
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.service import Service
from wayfare.kernel.errors import ImportRefused, NotFound, ValidationFailed
from wayfare.kernel.ids import uuid7
from wayfare.kernel.money import Money

NOW = int(MOMENT.timestamp())
PRICE = Money(5990, "EUR")
HEAD = "review_from = 50\nrefuse_from = 100\n"
ADA = Risk(email="ada@example.org", address="192.0.2.7", device="phone-1", names=("Ada Lovelace",))
REVIEW_ALL = HEAD + '[[amount]]\nover = "0"\ncurrency = "EUR"\nscore = 50'


def ask(risk: Risk | None = ADA, token: str = "tok_approved", made_s_ago: int = 0) -> AuthorisePayment:
    payment_id = UUID(int=uuid7().int - (made_s_ago * 1000 << 80))
    return AuthorisePayment(payment_id, uuid7(), PRICE, "card", token, risk)


def velocity(of: str, more_than: int, score: int = 100, within_s: int = 600) -> str:
    return f'{HEAD}[[velocity]]\nof = "{of}"\nmore_than = {more_than}\nwithin_s = {within_s}\nscore = {score}\n'


async def load(payments: Service, text: str) -> None:
    await payments.api.load_fraud_rules(LoadFraudRules(text, "tests"))


async def pay(payments: Service, message: AuthorisePayment) -> Payment:
    answer: Payment = await payments.api.authorise(message)
    return answer


async def decisions(database: Database, payment_id: UUID) -> list[str]:
    rows = await database.fetch(
        "SELECT decision FROM payments.fraud_decision WHERE payment_id = $1 ORDER BY decided_at", payment_id
    )
    return [row["decision"] for row in rows]


async def events(database: Database, message: AuthorisePayment) -> list[str]:
    rows = await database.fetch("SELECT type FROM payments.outbox WHERE key = $1 ORDER BY id", str(message.booking_id))
    return [row["type"] for row in rows]


class TestRules:
    async def test_without_rules_nothing_is_counted(self, payments: Service, database: Database) -> None:
        assert (await pay(payments, ask())).state == "authorised"
        for table in ("fraud_sighting", "fraud_decision", "fraud_review"):
            assert await database.fetchval(f"SELECT count(*) FROM payments.{table}") == 0

    @pytest.mark.parametrize(
        ("of", "other"),
        [
            ("card", {"token": "tok_declined"}),
            ("email", {"email": "bob@example.org"}),
            ("address", {"address": "192.0.2.8"}),
            ("device", {"device": "phone-2"}),
        ],
    )
    async def test_velocity(self, payments: Service, of: str, other: dict[str, str], database: Database) -> None:
        await load(payments, velocity(of, 1))
        message = ask()
        states = [(await pay(payments, each)).state for each in (ask(), ask(), message)]
        assert states == ["authorised", "authorised", "declined"]
        assert (await payments.api.get_payment(PaymentRef(message.payment_id))).reason == "not_accepted"
        assert await decisions(database, message.payment_id) == ["refuse"]
        assert await events(database, message) == ["payment.failed"]
        token = other.pop("token", "tok_approved")
        reason = (await pay(payments, ask(msgspec.structs.replace(ADA, **other), token))).reason
        assert reason == ("card_declined" if of == "card" else "")  # the gateway was asked

    async def test_velocity_of_one_batch(self, payments: Service) -> None:
        await load(payments, velocity("email", 2))
        answers = await asyncio.gather(*(pay(payments, ask()) for _ in range(8)))
        assert sorted(answer.state for answer in answers) == ["authorised"] * 3 + ["declined"] * 5

    async def test_the_window_slides(self, payments: Service) -> None:
        await load(payments, velocity("card", 0, within_s=60))
        assert (await pay(payments, ask(made_s_ago=90))).state == "authorised"
        assert (await pay(payments, ask())).state == "authorised"
        assert (await pay(payments, ask())).state == "declined"

    async def test_spellings_and_networks_are_one(self, payments: Service) -> None:
        await load(payments, velocity("email", 0, 60) + velocity("address", 0, 60).removeprefix(HEAD))
        await pay(payments, ask(Risk(email="Ada@Example.org ", address="2001:db8::1")))
        assert (await pay(payments, ask(Risk(email="ada@example.org", address="2001:db8::2")))).state == "declined"

    @pytest.mark.parametrize(
        ("rule", "suspect"),
        [
            ('[[amount]]\nover = "59.89"\ncurrency = "EUR"\nscore = 100', ADA),
            ("[[departure]]\nwithin_s = 3600\nscore = 100", Risk(departs_s=NOW + 3599)),
            ("[name_mismatch]\nscore = 100", Risk(cardholder="C BABBAGE", names=("Ada Lovelace",))),
        ],
    )
    async def test_other_rules(self, payments: Service, gateway: RecordingGateway, rule: str, suspect: Risk) -> None:
        await load(payments, HEAD + rule)
        assert (await pay(payments, ask(suspect))).state == "declined"
        assert gateway.calls["authorise"] == 0
        harmless = Risk(departs_s=NOW + 3601, cardholder="MS LOVELACE", names=("Ada Lovelace",))
        cheap = msgspec.structs.replace(ask(harmless), amount=Money(5989, "EUR"))
        assert (await pay(payments, cheap)).state == "authorised"
        assert (await pay(payments, ask(None))).state == "authorised"

    async def test_other_processes_take_them_over(
        self, payments: Service, database: Database, gateway: RecordingGateway
    ) -> None:
        await load(payments, REVIEW_ALL)
        other = make(database, gateway)
        await other.start()
        try:
            await load(payments, HEAD + "[[departure]]\nwithin_s = 1\nscore = 1")
            (refresh,) = [job for job in other.jobs if job.name == "payments.fraud_rules"]
            assert (await pay(other, ask())).state == "pending"
            await refresh.run()
            assert (await pay(other, ask())).state == "authorised"
            await load(other, HEAD)
            assert (await pay(other, ask())).state == "authorised"
            assert (await other.api.find_fraud_rules(FindFraudRules())).version == 3
        finally:
            await other.stop()

    async def test_wrong_rules_change_nothing(self, payments: Service) -> None:
        with pytest.raises(ImportRefused):
            await load(payments, "review_from = 0")
        assert (await payments.api.find_fraud_rules(FindFraudRules())).version == 0

    async def test_a_charge_that_was_let_through_before_is_kept(
        self, payments: Service, gateway: RecordingGateway, database: Database
    ) -> None:
        """The process died after its gateway was asked; the rules are stricter when another one resumes."""
        await load(payments, velocity("email", 0))
        await pay(payments, ask())
        message = ask(made_s_ago=5)
        gateway.authorised[str(message.payment_id)] = PRICE
        assert (await pay(payments, message)).state == "authorised"
        assert await decisions(database, message.payment_id) == ["accept"]


class TestReviews:
    async def waiting(self, payments: Service, **risk: int) -> AuthorisePayment:
        await load(payments, REVIEW_ALL)
        message = ask(msgspec.structs.replace(ADA, **risk))
        assert (await pay(payments, message)).state == "pending"
        return message

    async def test_asked_again_it_waits(self, payments: Service, gateway: RecordingGateway, database: Database) -> None:
        message = await self.waiting(payments)
        assert (await pay(payments, message)).state == "pending"
        await asyncio.sleep(0.2)  # no longer fresh
        assert (await pay(payments, message)).state == "pending"
        assert gateway.calls.total() == 0
        assert await decisions(database, message.payment_id) == ["review"]
        (review,) = (await payments.api.list_reviews(ListReviews())).reviews
        assert (review.payment_id, review.state, review.amount) == (message.payment_id, "open", PRICE)

    async def test_recovery_that_knows_less_does_not_let_it_pass(self, payments: Service) -> None:
        await load(payments, HEAD + "[name_mismatch]\nscore = 50")
        message = ask(Risk(cardholder="C BABBAGE", names=("Ada Lovelace",)))
        assert (await pay(payments, message)).state == "pending"
        resumed = msgspec.structs.replace(message, risk=Risk(names=("Ada Lovelace",), resumed=True))
        assert (await pay(payments, resumed)).state == "pending"

    async def test_accepted(self, payments: Service, gateway: RecordingGateway, database: Database) -> None:
        message = await self.waiting(payments)
        decide = DecideReview(message.payment_id, accept=True, by="eve")
        assert (await payments.api.decide_review(decide)).state == "accepted"
        again = await payments.api.decide_review(decide)
        assert [(each.decision, each.by) for each in again.decisions] == [("review", "rules"), ("accepted", "eve")]
        assert message.booking_id in (await payments.api.list_settled(ListSettled(10))).booking_ids
        assert (await pay(payments, message)).state == "authorised"
        assert (await payments.api.capture(PaymentRef(message.payment_id))).state == "captured"
        kinds = ["payment.review_opened", "payment.review_decided", "payment.authorised", "payment.captured"]
        assert await events(database, message) == kinds
        with pytest.raises(ValidationFailed):
            await payments.api.decide_review(DecideReview(message.payment_id, accept=False, by="eve"))

    async def test_refused(self, payments: Service, gateway: RecordingGateway, database: Database) -> None:
        message = await self.waiting(payments)
        await payments.api.decide_review(DecideReview(message.payment_id, accept=False, by="eve"))
        answer = await pay(payments, message)
        assert (answer.state, answer.reason) == ("failed", "not_accepted")
        assert gateway.calls["authorise"] == 0
        kinds = ["payment.review_opened", "payment.review_decided", "payment.failed"]
        assert await events(database, message) == kinds

    async def test_ends_with_the_hold(self, payments: Service, database: Database) -> None:
        message = await self.waiting(payments, held_until_s=NOW + 1)
        (expire,) = [job for job in payments.jobs if job.name == "payments.fraud_reviews"]
        assert await expire.run() == 0
        await asyncio.sleep(1.1)
        with pytest.raises(ValidationFailed):
            await payments.api.decide_review(DecideReview(message.payment_id, accept=True, by="eve"))
        assert await expire.run() == 1
        assert (await pay(payments, message)).state == "failed"
        assert await decisions(database, message.payment_id) == ["review", "expired"]

    async def test_only_one_decision_counts(self, payments: Service, database: Database) -> None:
        message = await self.waiting(payments)
        said = (DecideReview(message.payment_id, accept=number % 2 == 0, by=f"p{number}") for number in range(8))
        await asyncio.gather(*map(payments.api.decide_review, said), return_exceptions=True)
        review = await payments.api.get_review(FindReview(message.payment_id))
        assert [each.decision for each in review.decisions] == ["review", review.state]

    async def test_unknown(self, payments: Service) -> None:
        with pytest.raises(NotFound):
            await payments.api.decide_review(DecideReview(uuid7(), accept=True, by="eve"))


class TestMemory:
    async def test_nothing_personal_is_stored_and_old_hashes_go(self, payments: Service, database: Database) -> None:
        rules = "".join(velocity(of, 3, 10).removeprefix(HEAD) for of in ("email", "address", "device"))
        await load(payments, HEAD + rules)
        await pay(payments, ask(made_s_ago=900))
        await pay(payments, ask())
        (forget,) = [job for job in payments.jobs if job.name == "payments.fraud_memory"]
        assert await forget.run() == 3
        assert await database.fetchval("SELECT count(*) FROM payments.fraud_sighting") == 3
        tables = "fraud_sighting", "fraud_decision", "fraud_review", "outbox", "payment"
        for table in tables:
            for row in await database.fetch(f"SELECT t::text AS text FROM payments.{table} AS t"):
                assert not any(word in row["text"] for word in ("ada@example.org", "192.0.2.7", "phone-1", "Ada"))

    @pytest.mark.parametrize("table", ["fraud_decision", "fraud_rules"])
    async def test_the_audit_cannot_be_changed(self, payments: Service, database: Database, table: str) -> None:
        await load(payments, REVIEW_ALL)
        await pay(payments, ask())
        for statement in (f"DELETE FROM payments.{table}", f"TRUNCATE payments.{table}"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await database.execute(statement)
