"""Payments and refunds in PostgreSQL: two coalesced lanes for the hot path, the pool for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wayfare.contracts.events import Amount
from wayfare.contracts.inventory.api import Finding, Findings
from wayfare.contracts.payments.api import (
    Payment,
    PaymentState,
    PaymentStep,
    PaymentTrace,
    RecordChargeback,
    Refund,
)
from wayfare.contracts.payments.events import PaymentEvent, PaymentVoided
from wayfare.infrastructure.coalescer import Lane
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.events.outbox import Outbox, data_text
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters import sql
from wayfare.services.payments.adapters.journal import check_journal, post
from wayfare.services.payments.adapters.metrics import count_capture, count_payment, count_refund
from wayfare.services.payments.application.ports import CaptureResult, Notice
from wayfare.services.payments.domain import events, ledger
from wayfare.services.payments.domain.payment import (
    OPEN_STATES,
    VOIDABLE_STATES,
    PaymentRecord,
    RefundRecord,
    check_chargeback,
    check_refund,
)

NO_ID = UUID(int=0)
RECENT_MAX = 16_384
QUEUE_MAX = 65_536  # later steps of a booking are never refused for overload


def payment_of(row: Any) -> PaymentRecord:
    return PaymentRecord(
        payment_id=row["payment_id"],
        booking_id=row["booking_id"],
        amount=Money(row["amount"], row["currency"]),
        state=row["state"],
        method=row["method"],
        token=row["token"],
        gateway=row["gateway"],
        gateway_ref=row["gateway_ref"],
        reason=row["reason"],
        refunded=row["refunded"],
        attempts=row["attempts"],
        action_url=row["action_url"],
    )


def _refund(row: Any) -> RefundRecord:
    amount = Money(row["amount"], row["currency"])
    facts = (row["state"], row["gateway_ref"], row["settled_s"])
    return RefundRecord(row["refund_id"], row["payment_id"], amount, *facts)


def _trace(row: Any, steps: Sequence[Any], refunds: Sequence[Any]) -> PaymentTrace:
    record = payment_of(row)
    return PaymentTrace(
        payment=record.public(),
        method=record.method,
        gateway=record.gateway,
        attempts=record.attempts,
        made_at=row["created_at"],
        changed_at=row["updated_at"],
        steps=tuple(
            PaymentStep(
                step["made_at"], ledger.Kind(step["kind"]).name.lower(), Money(step["amount"], step["currency"])
            )
            for step in steps
            if step["payment_id"] == record.payment_id
        ),
        refunds=tuple(_refund(found).public() for found in refunds if found["payment_id"] == record.payment_id),
    )


class PostgresPaymentStore:
    """Implements the port `PaymentStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.outbox = Outbox("payments", PaymentEvent.TOPIC, database)
        self.authorisations: Lane[PaymentRecord, PaymentRecord] = Lane(
            "payments.authorise", database, self._write_authorisations, queue_max=QUEUE_MAX, single=True
        )
        self.captures: Lane[CaptureResult, PaymentState] = Lane(
            "payments.capture", database, self._write_captures, queue_max=QUEUE_MAX, single=True
        )
        # What this process authorised and has not captured yet: saves the capture a read.
        self._recent: dict[UUID, PaymentRecord] = {}

    async def start(self) -> None:
        await self.authorisations.start()
        await self.captures.start()

    async def stop(self) -> None:
        await self.authorisations.stop()
        await self.captures.stop()

    async def record_authorisation(self, record: PaymentRecord) -> PaymentRecord:
        stored = await self.authorisations.call(record)
        if stored.state == "authorised":
            if len(self._recent) >= RECENT_MAX:
                del self._recent[next(iter(self._recent))]
            self._recent[stored.payment_id] = stored
        count_payment(stored)
        return stored

    async def record_capture(self, result: CaptureResult) -> PaymentState:
        self._recent.pop(result.payment_id, None)
        state = await self.captures.call(result)
        if state == "captured":
            count_capture(result.amount)
        return state

    async def find_payment(self, payment_id: UUID) -> PaymentRecord | None:
        row = await self._database.fetchrow(sql.FIND_PAYMENT, payment_id)
        return None if row is None else payment_of(row)

    async def get_payment(self, payment_id: UUID) -> PaymentRecord:
        found = await self.find_payment(payment_id)
        if found is None:
            raise NotFound(f"there is no payment {payment_id}")
        return found

    async def get_authorised(self, payment_id: UUID) -> PaymentRecord:
        return self._recent.get(payment_id) or await self.get_payment(payment_id)

    async def void_payment(self, payment_id: UUID) -> PaymentRecord:
        self._recent.pop(payment_id, None)
        # By the state that was seen: the order of its events is the order in which a payment turned.
        while (record := await self.get_payment(payment_id)).state in VOIDABLE_STATES:
            async with self._database.transaction() as session:
                if await session.fetchval(sql.VOID_PAYMENT, payment_id, record.state) is not None:
                    await self.outbox.write(session, [_voided(record)])
                    if record.state == "authorised" and record.amount.minor:
                        await post(session, ledger.released(payment_id, record.amount))
        return record

    async def open_refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> RefundRecord:
        async with self._database.transaction() as session:
            payment = await _locked(session, payment_id)
            row = await session.fetchrow(sql.FIND_REFUND, payment_id, refund_id)
            if row is not None:
                known = _refund(row)
                if known.amount != amount:
                    raise ValidationFailed("this refund was asked for with another amount")
                return known
            check_refund(payment, amount, await session.fetchval(sql.SUM_CHARGEBACKS, payment_id))
            ref = payment.gateway_ref
            await session.execute(sql.INSERT_REFUND, payment_id, refund_id, amount.minor, amount.currency, ref)
            await session.execute(sql.COUNT_REFUND, payment_id, amount.minor)
            await session.execute(sql.QUEUE_REFUND, refund_id, payment_id)
            await post(session, ledger.refund_promised(payment_id, refund_id, amount))
        return RefundRecord(refund_id, payment_id, amount, "pending", ref)

    async def close_refund(self, refund: RefundRecord, *, refunded: bool, reason: str) -> RefundRecord:
        state = "refunded" if refunded else "failed"
        async with self._database.transaction() as session:
            payment = await _locked(session, refund.payment_id)
            closed = await session.fetchval(sql.CLOSE_REFUND, refund.payment_id, refund.refund_id, state, reason)
            if closed is not None:
                entry = ledger.refund_paid if refunded else ledger.refund_refused
                await post(session, entry(refund.payment_id, refund.refund_id, refund.amount))
            if closed is not None and not refunded:
                await session.execute(sql.COUNT_REFUND, refund.payment_id, -closed)
            elif closed is not None:
                await self.outbox.write(session, [events.refunded(payment, refund)])
            await session.execute(sql.DEQUEUE_REFUND, refund.refund_id)
            row = await session.fetchrow(sql.FIND_REFUND, refund.payment_id, refund.refund_id)
        if closed is not None and refunded:
            count_refund(refund.amount)
        return _refund(row)

    async def record_chargeback(self, chargeback: RecordChargeback) -> None:
        payment_id, chargeback_id, amount = chargeback.payment_id, chargeback.chargeback_id, chargeback.amount
        async with self._database.transaction() as session:
            payment = await _locked(session, payment_id)
            known = await session.fetchrow(sql.FIND_CHARGEBACK, payment_id, chargeback_id)
            if known is not None:
                if Money(known["amount"], known["currency"]) != amount:
                    raise ValidationFailed("this chargeback was told with another amount")
                return
            check_chargeback(payment, amount, await session.fetchval(sql.SUM_CHARGEBACKS, payment_id))
            facts = (payment_id, chargeback_id, amount.minor, amount.currency, chargeback.reason)
            await session.execute(sql.INSERT_CHARGEBACK, *facts)
            await post(session, ledger.charged_back(payment_id, chargeback_id, amount))
            await self.outbox.write(session, [events.charged_back(payment, chargeback)])

    async def take_due_refunds(self, limit: int) -> Sequence[RefundRecord]:
        return [_refund(row) for row in await self._database.fetch(sql.TAKE_DUE_REFUNDS, limit)]

    async def list_refunds(self, payment_ids: Sequence[UUID]) -> tuple[Refund, ...]:
        rows = await self._database.fetch(sql.LIST_REFUNDS, list(payment_ids))
        return tuple(_refund(row).public() for row in rows)

    async def list_payments(self, after: UUID | None, limit: int) -> tuple[Payment, ...]:
        rows = await self._database.fetch(sql.LIST_PAYMENTS, after or NO_ID, limit)
        return tuple(payment_of(row).public() for row in rows)

    async def trace_payments(self, booking_id: UUID) -> tuple[PaymentTrace, ...]:
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as session:
            rows = await session.fetch(sql.TRACE_PAYMENTS, booking_id)
            ids = [row["payment_id"] for row in rows]
            steps = await session.fetch(sql.TRACE_STEPS, ids)
            refunds = await session.fetch(sql.TRACE_REFUNDS, ids)
        return tuple(_trace(row, steps, refunds) for row in rows)

    async def check(self) -> Findings:
        findings: list[Finding] = []
        async with self._database.acquire() as session:
            for row in await session.fetch(sql.CHECK_AMOUNTS):
                detail = (
                    f"state {row['state']}, amount {row['amount']}, counted as refunded {row['refunded']}, "
                    f"refunds {row['given']} (minor units of {row['currency']})"
                )
                findings.append(Finding("payment_refunds_disagree", str(row["payment_id"]), detail))
            for row in await session.fetch(sql.CHECK_ORPHANS):
                detail = f"its payment {row['payment_id']} does not exist"
                findings.append(Finding("refund_without_payment", str(row["refund_id"]), detail))
            for row in await session.fetch(sql.CHECK_STUCK):
                detail = f"{row['state']} for more than an hour, asked {row['attempts']} times"
                findings.append(Finding("payment_stuck", str(row["payment_id"]), detail))
            for row in await session.fetch(sql.CHECK_REFUNDS_STUCK):
                detail = f"pending for more than a day, asked {row['attempts']} times"
                findings.append(Finding("refund_stuck", str(row["refund_id"]), detail))
            findings.extend(await check_journal(session))
            checked = await session.fetchval(sql.COUNT_PAYMENTS)
        return Findings(checked=checked, findings=tuple(findings))

    async def has_notice(self, gateway: str, event_id: str) -> bool:
        return bool(await self._database.fetchval(sql.HAS_NOTICE, gateway, event_id))

    async def record_notice(self, gateway: str, notice: Notice, record: PaymentRecord) -> None:
        settled = record.state not in OPEN_STATES
        facts = (gateway, notice.event_id, notice.kind, record.payment_id, record.booking_id, settled)
        await self._database.execute(sql.RECORD_NOTICE, *facts)

    async def list_settled(self, within_s: int) -> tuple[UUID, ...]:
        return tuple(row["booking_id"] for row in await self._database.fetch(sql.LIST_SETTLED, within_s))

    async def remove_old_notices(self) -> int:
        return int((await self._database.execute(sql.REMOVE_OLD_NOTICES)).split()[-1])

    async def _write_authorisations(
        self, session: Session, batch: Sequence[PaymentRecord], _again: bool
    ) -> Sequence[PaymentRecord | Exception]:
        # The same payment twice in a batch is an error of ON CONFLICT: the first answer of the gateway counts.
        unique = {record.payment_id: record for record in reversed(batch)}
        records = sorted(unique.values(), key=lambda record: record.payment_id)
        turns = [_turned(record) for record in records]
        judged = [record for record in records if record.screening]
        written = await session.fetch(
            sql.RECORD_JUDGED_AUTHORISATIONS if judged else sql.RECORD_AUTHORISATIONS,
            [record.payment_id for record in records],
            [record.booking_id for record in records],
            [record.amount.minor for record in records],
            [record.amount.currency for record in records],
            [record.state for record in records],
            [record.method for record in records],
            [record.token for record in records],
            [record.gateway for record in records],
            [record.gateway_ref for record in records],
            [record.reason for record in records],
            [record.action_url for record in records],
            [turn.TYPE if turn else "" for turn in turns],
            [data_text(turn, record) if turn else "" for turn, record in zip(turns, records, strict=True)],
            *(_screenings(judged) if judged else ()),
        )
        if len(written) < len(records):
            missing = unique.keys() - {row["payment_id"] for row in written}
            for row in await session.fetch(sql.FIND_PAYMENTS, list(missing)):
                unique[row["payment_id"]] = payment_of(row)
        return [unique[record.payment_id] for record in batch]

    async def _write_captures(
        self, session: Session, batch: Sequence[CaptureResult], _again: bool
    ) -> Sequence[PaymentState | Exception]:
        unique = {result.payment_id: result for result in batch}
        ids = sorted(unique)
        turns = [
            events.turned(found.payment_id, found.booking_id, found.amount, found.state, found.reason)
            for found in map(unique.__getitem__, ids)
        ]
        written = await session.fetch(
            sql.RECORD_CAPTURES,
            ids,
            [unique[payment_id].state for payment_id in ids],
            [unique[payment_id].reason for payment_id in ids],
            ids[0],
            ids[-1],
            [unique[payment_id].booking_id for payment_id in ids],
            [turn.TYPE if turn else "" for turn in turns],
            [data_text(turn, unique[paid]) if turn else "" for turn, paid in zip(turns, ids, strict=True)],
            [unique[payment_id].fee for payment_id in ids],
        )
        states: dict[UUID, PaymentState] = {row["payment_id"]: unique[row["payment_id"]].state for row in written}
        if len(states) < len(ids):
            missing = [payment_id for payment_id in ids if payment_id not in states]
            states |= {row["payment_id"]: row["state"] for row in await session.fetch(sql.FIND_STATES, missing)}
        return [
            states.get(result.payment_id) or NotFound(f"there is no payment {result.payment_id}") for result in batch
        ]


def _voided(record: PaymentRecord) -> PaymentEvent:
    return PaymentVoided(record.payment_id, record.booking_id, Amount.of(record.amount))


def _screenings(records: Sequence[PaymentRecord]) -> tuple[list[Any], ...]:
    found = [(record.payment_id, record.screening) for record in records if record.screening]
    return (
        [payment_id for payment_id, _ in found],
        [screening.decision for _, screening in found],
        [screening.score for _, screening in found],
        ["\n".join(screening.reasons) for _, screening in found],
        [screening.rules_version for _, screening in found],
        [screening.review_s for _, screening in found],
    )


def _turned(record: PaymentRecord) -> PaymentEvent | None:
    if record.screening is not None and record.screening.decision == "review":
        return events.review_opened(record)
    return events.turned(record.payment_id, record.booking_id, record.amount, record.state, record.reason)


async def _locked(session: Session, payment_id: UUID) -> PaymentRecord:
    row = await session.fetchrow(sql.LOCK_PAYMENT, payment_id)
    if row is None:
        raise NotFound(f"there is no payment {payment_id}")
    return payment_of(row)
