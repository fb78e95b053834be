"""Fraud rules, counts, reviews and decisions in PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from wayfare.contracts.payments.fraud import FraudDecision, FraudRules, Review, ReviewState
from wayfare.infrastructure.coalescer import Lane
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters import fraud_sql, sql
from wayfare.services.payments.adapters.store import payment_of
from wayfare.services.payments.application.ports import Seen, Sighting
from wayfare.services.payments.domain import events
from wayfare.services.payments.domain.fraud import REFUSED, TRAITS
from wayfare.services.payments.domain.payment import OPEN_STATES

QUEUE_MAX = 65_536


class PostgresFraudStore:
    """Implements the port `FraudStore`."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database, self._outbox = database, outbox
        self.counting: Lane[Sighting, Seen] = Lane(
            "payments.fraud", database, self._count, queue_max=QUEUE_MAX, single=True
        )

    async def add_rules(self, text: str, by: str) -> FraudRules:
        return _rules(await self._database.fetchrow(fraud_sql.INSERT_RULES, text, by))

    async def find_rules(self, but: int = -1) -> FraudRules | None:
        version = await self._database.fetchval(fraud_sql.FIND_VERSION) or 0
        if version == but:
            return None
        return FraudRules(0) if version == 0 else _rules(await self._database.fetchrow(fraud_sql.FIND_RULES))

    async def count_seen(self, sighting: Sighting) -> Seen:
        return await self.counting.call(sighting)

    async def find_state(self, payment_id: UUID) -> ReviewState | None:
        row = await self._database.fetchrow(fraud_sql.FIND_REVIEW, payment_id)
        return None if row is None else row["state"]

    async def list_reviews(self, limit: int) -> tuple[Review, ...]:
        return tuple(_review(row) for row in await self._database.fetch(fraud_sql.LIST_REVIEWS, limit))

    async def get_review(self, payment_id: UUID) -> Review:
        row = await self._database.fetchrow(fraud_sql.FIND_REVIEW, payment_id)
        if row is None:
            raise NotFound(f"there is no review of a payment {payment_id}")
        decisions = await self._database.fetch(fraud_sql.LIST_DECISIONS, payment_id)
        return msgspec.structs.replace(_review(row), decisions=tuple(_decision(each) for each in decisions))

    async def close_review(self, payment_id: UUID, state: ReviewState, by: str) -> None:
        async with self._database.transaction() as session:
            # The payment before its review, like the statement that opens one.
            paid = await session.fetchrow(sql.LOCK_PAYMENT, payment_id)
            review = await session.fetchrow(fraud_sql.LOCK_REVIEW, payment_id)
            if paid is None or review is None:
                raise NotFound(f"there is no review of a payment {payment_id}")
            payment = payment_of(paid)
            if review["state"] == state:
                return
            if review["state"] != "open":
                raise ValidationFailed(f"this review is {review['state']} already")
            if state != "expired" and (not review["in_time"] or payment.state not in OPEN_STATES):
                raise ValidationFailed("this review has ended: the seats are not kept any longer")
            await session.execute(fraud_sql.CLOSE_REVIEW, payment_id, state)
            facts = (payment_id, state, review["score"], review["reasons"], review["rules_version"], by)
            await session.execute(fraud_sql.INSERT_DECISION, *facts)
            turns = [events.review_decided(payment, state)]  # type: ignore[arg-type]  # "open" is no end
            if state != "accepted" and await session.fetchval(fraud_sql.FAIL_PAYMENT, payment_id, REFUSED) is not None:
                failed = events.turned(payment.payment_id, payment.booking_id, payment.amount, "failed", REFUSED)
                await self._outbox.write(session, [*turns, *([failed] if failed else [])])
            else:
                await self._outbox.write(session, turns)

    async def expire_reviews(self) -> int:
        due = await self._database.fetch(fraud_sql.LIST_DUE_REVIEWS)
        ended = 0
        for row in due:
            try:
                await self.close_review(row["payment_id"], "expired", "expiry")
                ended += 1
            except ValidationFailed:  # a person was quicker
                continue
        return ended

    async def remove_old(self, window_s: int) -> int:
        done = await self._database.execute(fraud_sql.REMOVE_SIGHTINGS, _since(window_s))
        await self._database.execute(fraud_sql.REMOVE_REVIEWS)
        return int(done.split()[-1])

    async def _count(self, session: Session, batch: Sequence[Sighting], _again: bool) -> Sequence[Seen | Exception]:
        asked = [(each.payment_id, rule, digest) for each in batch for rule, digest in each.traits]
        rows = await session.fetch(
            fraud_sql.COUNT_SEEN,
            [payment_id for payment_id, _, _ in asked],
            [TRAITS.index(rule.of) for _, rule, _ in asked],
            [digest for _, _, digest in asked],
            [_since(rule.within_s) for _, rule, _ in asked],
            [rule.more_than + 1 for _, rule, _ in asked],
        )
        found = iter(rows)
        beside: dict[tuple[str, bytes], set[UUID]] = {}  # what this batch brings before: the statement does not see it
        answers: list[Seen | Exception] = []
        for each in batch:
            told = [(rule, digest, next(found)) for rule, digest in each.traits]
            times = {
                rule: row["times"] + len(beside.get((rule.of, digest), set()) - {each.payment_id})
                for rule, digest, row in told
            }
            answers.append(Seen(times, again=not all(row["is_new"] for _, _, row in told)))
            for rule, digest, row in told:
                if row["is_new"]:
                    beside.setdefault((rule.of, digest), set()).add(each.payment_id)
        return answers


def _since(window_s: int) -> UUID:
    """The first version 7 id of so many seconds ago."""
    return UUID(int=max(0, time.time_ns() // 1_000_000 - window_s * 1000) << 80)


def _rules(row: Any) -> FraudRules:
    return FraudRules(row["version"], row["body"], row["loaded_s"], row["loaded_by"])


def _review(row: Any) -> Review:
    return Review(
        payment_id=row["payment_id"],
        booking_id=row["booking_id"],
        amount=Money(row["amount"], row["currency"]),
        state=row["state"],
        score=row["score"],
        reasons=tuple(row["reasons"]),
        opened_s=row["opened_s"],
        expires_s=row["expires_s"],
    )


def _decision(row: Any) -> FraudDecision:
    return FraudDecision(
        decision=row["decision"],
        score=row["score"],
        reasons=tuple(row["reasons"]),
        rules_version=row["rules_version"],
        by=row["decided_by"],
        decided_s=row["decided_s"],
    )
