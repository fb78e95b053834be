"""Which documents a movement of money yields: one per operator, with lines that add up to the minor unit.

    capture   its amount over the rides sold, by their prices; each operator's share is its invoice
    refund    its amount over what is left of the payment's invoices: rides given back first; a credit note for each
              invoice it reaches

Tax follows the amount of its line. What credit notes take back of a line's tax is the rounded share of all that was
credited so far, so that a line credited in full, in however many parts, has its whole tax credited.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

import msgspec

from wayfare.contracts.payments.invoices import DocumentKind, Invoice, InvoiceLine, SoldBooking
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.money import Money

CODE_LETTERS = 8
_KIND_LETTERS: Mapping[DocumentKind, str] = {"invoice": "I", "credit_note": "C"}
RideKey = tuple[int, int]  # passenger, leg


class Movement(msgspec.Struct, frozen=True):
    """Money that was taken (`source_id` is the payment) or given back (`source_id` is the refund)."""

    payment_id: UUID
    source_id: UUID
    kind: DocumentKind
    amount: Money
    moved_s: int


class Draft(msgspec.Struct, frozen=True):
    """A document before it has a number."""

    movement: Movement
    operator: str
    operator_name: str
    corrects: str | None
    lines: tuple[InvoiceLine, ...]


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of `amount` by weight that add up to it exactly; what rounding leaves goes to the largest remainders.

    No part is above its weight unless the amount is above their sum. Equal parts where all weights are 0.
    """
    shares = list(weights) if any(weights) else [1] * len(weights)
    total = sum(shares)
    parts = [amount * share // total for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda index: -(amount * shares[index] % total))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return parts


def share_of(part: int, whole: int, amount: int) -> int:
    """`amount` by part / whole, rounded half up; none of nothing."""
    return 0 if whole == 0 else (2 * amount * part + whole) // (2 * whole)


def invoices_of(capture: Movement, booking: SoldBooking) -> list[Draft]:
    """The invoices of a capture, one per operator in the order of travel. Raises `ValidationFailed`."""
    if capture.amount.currency != booking.currency:
        raise ValidationFailed(f"payment {capture.payment_id} is not in {booking.currency}")
    if not booking.rides or not all(sold.operator for sold in booking.rides):
        raise ValidationFailed(f"nobody knows who sold what payment {capture.payment_id} is for")
    parts = spread(capture.amount.minor, [sold.price for sold in booking.rides])
    lines: dict[str, list[InvoiceLine]] = {}
    names = {sold.operator: sold.operator_name for sold in booking.rides}
    for sold, gross in zip(booking.rides, parts, strict=True):
        tax, fixed = (share_of(gross, sold.price, tax) for tax in (sold.tax, sold.tax_fixed))
        lines.setdefault(sold.operator, []).append(InvoiceLine(sold.ride, gross, tax, min(fixed, tax)))
    return [
        Draft(capture, operator, names[operator], None, tuple(found))
        for operator, found in lines.items()
        if any(line.gross for line in found)
    ]


def credit_notes_of(
    refund: Movement, invoices: Sequence[Invoice], credits: Iterable[Invoice], given_back: Collection[RideKey]
) -> list[Draft]:
    """The credit notes of a refund: what it takes back of the payment's `invoices`, after earlier `credits`.

    Raises `ValidationFailed` when more is given back than is left of them.
    """
    credited: dict[tuple[str, RideKey], int] = {}
    for note in credits:
        for line in note.lines:
            key = (note.corrects or "", _key(line))
            credited[key] = credited.get(key, 0) + line.gross
    open_lines = [
        (invoice, line, credited.get((invoice.number, _key(line)), 0)) for invoice in invoices for line in invoice.lines
    ]
    left = [line.gross - done for _, line, done in open_lines]
    if refund.amount.minor > sum(left):
        raise ValidationFailed(f"refund {refund.source_id} is above what the invoices of its payment still hold")
    returned = {index for index, (_, line, _) in enumerate(open_lines) if _key(line) in given_back}
    fresh = {index for index in returned if open_lines[index][2] == 0}
    parts = _fill(refund.amount.minor, left, (fresh, returned, set(range(len(left)))))
    lines: dict[str, list[InvoiceLine]] = {}
    for (invoice, line, done), part in zip(open_lines, parts, strict=True):
        if part:
            lines.setdefault(invoice.number, []).append(_credit(line, done, part))
    return [
        Draft(refund, invoice.seller.operator, invoice.seller.name, invoice.number, tuple(lines[invoice.number]))
        for invoice in invoices
        if invoice.number in lines
    ]


def number_of(code: str, kind: DocumentKind, year: int, sequence: int) -> str:
    """The number people see: "DW-I2026-000042"."""
    return f"{code}-{_KIND_LETTERS[kind]}{year}-{sequence:06d}"


def code_of(name: str, taken: Collection[str]) -> str:
    """A prefix for an operator nobody gave one: the letters of its name, with a number where that is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Z0-9]", "", plain.upper())[:CODE_LETTERS] or "OP"
    code, count = stem, 1
    while code in taken:
        count += 1
        code = f"{stem[: CODE_LETTERS - len(str(count))]}{count}"
    return code


def _fill(amount: int, left: Sequence[int], tiers: Iterable[Collection[int]]) -> list[int]:
    """Parts of `amount`, at most `left` each: the first tier is filled before the next one is touched."""
    parts = [0] * len(left)
    for tier in tiers:
        chosen = sorted(tier)
        room = [left[index] - parts[index] for index in chosen]
        taken = min(amount, sum(room))
        if taken:
            for index, part in zip(chosen, spread(taken, room), strict=True):
                parts[index] += part
            amount -= taken
    return parts


def _credit(line: InvoiceLine, done: int, part: int) -> InvoiceLine:
    """`part` of a line of which `done` was credited before."""
    tax, fixed = (
        share_of(done + part, line.gross, whole) - share_of(done, line.gross, whole)
        for whole in (line.tax, line.tax_fixed)
    )
    return InvoiceLine(line.ride, part, tax, fixed)


def _key(line: InvoiceLine) -> RideKey:
    return (line.ride.passenger, line.ride.leg)
