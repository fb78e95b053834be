"""Invoices and credit notes in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec

from wayfare.contracts.inventory.api import Finding, Findings
from wayfare.contracts.payments.invoices import DocumentKind, Invoice, Seller, SoldBooking
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.locks import lock_key
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters import invoice_sql as sql
from wayfare.services.payments.domain.invoices import (
    Draft,
    Movement,
    code_of,
    credit_notes_of,
    invoices_of,
    number_of,
)

GRACE_S = 6 * 3600
"""How long after the money moved the doctor asks for its document: a backlog after a rush takes a while."""
_KINDS: tuple[DocumentKind, ...] = ("invoice", "credit_note")
_LOCK = lock_key("payments.invoices")
_ENCODE = msgspec.json.Encoder().encode
_INVOICE = msgspec.json.Decoder(Invoice)
Series = tuple[str, DocumentKind]  # operator, kind; of one year


class PostgresInvoices:
    """Implements the port `InvoiceStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, sold: Mapping[UUID, SoldBooking]) -> tuple[str, ...]:
        async with self._database.transaction() as session:
            await session.execute(sql.LOCK, _LOCK)
            movements = await _undocumented(session, sorted(sold))
            # Invoices first: the refund of a payment may be in the same batch as its capture.
            issued = await _number(session, _invoices(movements, sold), sold)
            refunds = [movement for movement in movements if movement.kind == "credit_note"]
            known = await _documents(session, sorted({refund.payment_id for refund in refunds}))
            while refunds:
                # A round takes one refund of each payment: the next one must see what this one has credited.
                turn = list({refund.payment_id: refund for refund in reversed(refunds)}.values())
                refunds = [refund for refund in refunds if refund not in turn]
                notes = await _number(session, _credit_notes(turn, known, sold), sold)
                issued += notes
                for note in notes:
                    known[note.payment_id].append(note)
        return tuple(invoice.number for invoice in issued)

    async def list_invoices(self, booking_id: UUID) -> tuple[Invoice, ...]:
        rows = await self._database.fetch(sql.LIST_BODIES, booking_id)
        return tuple(_INVOICE.decode(row["body"]) for row in rows)

    async def set_sellers(self, sellers: Sequence[Seller]) -> None:
        async with self._database.transaction() as session:
            await session.execute(sql.LOCK, _LOCK)
            owners = {row["code"]: row["operator"] for row in await session.fetch(sql.LIST_CODES)}
            codes = {operator: code for code, operator in owners.items()}
            for seller in sellers:
                if owners.get(seller.code, seller.operator) != seller.operator:
                    raise ValidationFailed(f"code {seller.code} belongs to {owners[seller.code]}")
                changed = codes.get(seller.operator, seller.code) != seller.code
                if changed and await session.fetchval(sql.HAS_ISSUED, seller.operator):
                    raise ValidationFailed(f"{seller.operator} has issued documents as {codes[seller.operator]}")
                await session.execute(
                    sql.SET_SELLER, seller.operator, seller.code, seller.name, seller.address, seller.tax_id
                )

    async def check(self) -> Findings:
        """What the doctor wants to know."""
        async with self._database.transaction(isolation="repeatable_read", readonly=True) as session:
            found = [
                Finding("invoice_missing", str(row["payment_id"]), f"nothing documents {_moved(row)}")
                for row in await session.fetch(sql.CHECK_MISSING, GRACE_S)
            ]
            for row in await session.fetch(sql.CHECK_AMOUNTS):
                detail = f"documents of {row['gross']} {row['currency']} for a movement of {_amount(row)} (minor units)"
                found.append(Finding("invoice_differs", str(row["payment_id"]), detail))
            for row in await session.fetch(sql.CHECK_LINES):
                detail = f"lines of {row['lines_gross']} with tax {row['lines_tax']} say {row['gross']}, {row['tax']}"
                found.append(Finding("invoice_lines_differ", row["number"], detail))
            for row in await session.fetch(sql.CHECK_CREDITS):
                detail = f"{row['gross']} credited of {row['of_gross']} (minor units)"
                found.append(Finding("credited_too_much", row["number"], detail))
            for row in await session.fetch(sql.CHECK_NUMBERS):
                series = f"{row['operator']} {_KINDS[row['kind'] - 1]} {row['year']}"
                detail = f"{row['numbers']} numbers on {row['documents']} documents up to {row['highest']}, "
                found.append(Finding("invoice_numbers", series, detail + f"{row['last']} were given"))
            return Findings(await session.fetchval(sql.COUNT_INVOICES), tuple(found))


async def _undocumented(session: Session, ids: Sequence[UUID]) -> list[Movement]:
    if not ids:
        return []
    return [
        Movement(
            payment_id=row["payment_id"],
            source_id=row["source_id"],
            kind=_KINDS[row["kind"] - 1],
            amount=Money(row["amount"], row["currency"]),
            moved_s=row["moved_s"],
        )
        for row in await session.fetch(sql.FIND_UNDOCUMENTED, ids, ids[0], ids[-1])
    ]


async def _documents(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Invoice]]:
    """What was issued for each of the payments."""
    known: dict[UUID, list[Invoice]] = {payment_id: [] for payment_id in ids}
    if ids:
        for row in await session.fetch(sql.FIND_BODIES, ids, ids[0], ids[-1]):
            invoice = _INVOICE.decode(row["body"])
            known[invoice.payment_id].append(invoice)
    return known


def _invoices(movements: Iterable[Movement], sold: Mapping[UUID, SoldBooking]) -> list[Draft]:
    return [
        draft
        for movement in movements
        if movement.kind == "invoice"
        for draft in invoices_of(movement, sold[movement.payment_id])
    ]


def _credit_notes(
    refunds: Iterable[Movement], known: Mapping[UUID, Sequence[Invoice]], sold: Mapping[UUID, SoldBooking]
) -> list[Draft]:
    drafts = []
    for refund in refunds:
        documents, booking = known[refund.payment_id], sold[refund.payment_id]
        invoices = [document for document in documents if document.kind == "invoice"]
        credits = [document for document in documents if document.kind == "credit_note"]
        given_back = {(one.ride.passenger, one.ride.leg) for one in booking.rides if one.given_back}
        drafts += credit_notes_of(refund, invoices, credits, given_back)
    return drafts


async def _number(session: Session, drafts: Sequence[Draft], sold: Mapping[UUID, SoldBooking]) -> list[Invoice]:
    """Give the drafts their numbers and write them down."""
    if not drafts:
        return []
    sellers = await _sellers(session, drafts)
    issued_s: int = await session.fetchval(sql.NOW)
    year = datetime.fromtimestamp(issued_s, UTC).year
    drafts = sorted(drafts, key=_series)  # stable: within a series in the order they came
    counts = {series: len(list(group)) for series, group in groupby(drafts, key=_series)}
    taken = await session.fetch(
        sql.TAKE_NUMBERS,
        [operator for operator, _ in counts],
        [_KINDS.index(kind) + 1 for _, kind in counts],
        [year] * len(counts),
        list(counts.values()),
    )
    last = {(row["operator"], _KINDS[row["kind"] - 1]): row["last"] for row in taken}
    following = {series: last[series] - count for series, count in counts.items()}
    invoices, sequences = [], []
    for draft in drafts:
        series = _series(draft)
        following[series] += 1
        seller = sellers[draft.operator]
        number = number_of(seller.code, draft.movement.kind, year, following[series])
        invoices.append(_issued(draft, number, seller, sold[draft.movement.payment_id], issued_s))
        sequences.append(following[series])
    await _insert(session, drafts, invoices, sequences, issued_s, year)
    return invoices


async def _insert(
    session: Session,
    drafts: Sequence[Draft],
    invoices: Sequence[Invoice],
    sequences: Sequence[int],
    issued_s: int,
    year: int,
) -> None:
    await session.execute(
        sql.INSERT_INVOICES,
        [draft.movement.payment_id for draft in drafts],
        [draft.movement.source_id for draft in drafts],
        [draft.operator for draft in drafts],
        [_KINDS.index(draft.movement.kind) + 1 for draft in drafts],
        sequences,
        [invoice.number for invoice in invoices],
        [invoice.corrects for invoice in invoices],
        [invoice.booking_id for invoice in invoices],
        [invoice.gross.minor for invoice in invoices],
        [invoice.tax.minor for invoice in invoices],
        [invoice.currency for invoice in invoices],
        [_ENCODE(invoice).decode() for invoice in invoices],
        issued_s,
        year,
    )


async def _sellers(session: Session, drafts: Iterable[Draft]) -> dict[str, Seller]:
    """The sellers of the drafts; operators nobody has described sell under their name in the timetable."""
    names = {draft.operator: draft.operator_name for draft in drafts}
    found = {row["operator"]: _seller(row) for row in await session.fetch(sql.FIND_SELLERS, sorted(names))}
    missing = sorted(names.keys() - found.keys())
    if missing:
        codes = {row["code"] for row in await session.fetch(sql.LIST_CODES)}
        for operator in missing:
            code = code_of(names[operator], codes)
            codes.add(code)
            await session.execute(sql.INSERT_SELLER, operator, code, names[operator])
            found[operator] = Seller(operator, code, names[operator])
    return found


def _issued(draft: Draft, number: str, seller: Seller, booking: SoldBooking, issued_s: int) -> Invoice:
    movement = draft.movement
    return Invoice(
        number=number,
        kind=movement.kind,
        corrects=draft.corrects,
        booking_id=booking.booking_id,
        payment_id=movement.payment_id,
        locator=booking.locator,
        seller=seller,
        customer=booking.customer,
        email=booking.email,
        issued_s=issued_s,
        moved_s=movement.moved_s,
        currency=movement.amount.currency,
        conversion=booking.conversion,
        lines=draft.lines,
    )


def _series(draft: Draft) -> Series:
    return (draft.operator, draft.movement.kind)


def _seller(row: Any) -> Seller:
    return Seller(row["operator"], row["code"], row["name"], tuple(row["address"]), row["tax_id"])


def _moved(row: Any) -> str:
    what = "the capture" if row["source_id"] == row["payment_id"] else f"refund {row['source_id']}"
    return f"{what} of {Money(row['amount'], row['currency'])}"


def _amount(row: Any) -> str:
    return "nothing" if row["amount"] is None else f"{row['amount']} {row['moved_currency']}"
