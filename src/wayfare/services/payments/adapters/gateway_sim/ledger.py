"""What the simulated gateway remembers: charges, the answers it gave by idempotency key, and webhooks to be sent.

One SQLite file (or memory); every method is one transaction, so a restart at any moment loses nothing it answered.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from wayfare.kernel.money import Money
from wayfare.services.payments.domain.simulation import NOT_CONFIRMED, Verdict, judge

State = Literal["authorised", "declined", "pending", "captured", "voided"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS charge (
    no integer PRIMARY KEY, id text NOT NULL UNIQUE, key text NOT NULL UNIQUE, amount integer NOT NULL,
    currency text NOT NULL, token text NOT NULL, state text NOT NULL, reason text NOT NULL,
    captured integer NOT NULL DEFAULT 0, refunded integer NOT NULL DEFAULT 0, made_at real NOT NULL,
    fee integer NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS refund (
    key text PRIMARY KEY, id text NOT NULL, charge text NOT NULL, amount integer NOT NULL, state text NOT NULL,
    reason text NOT NULL);
CREATE TABLE IF NOT EXISTS dispute (
    id text PRIMARY KEY, event text NOT NULL UNIQUE, charge text NOT NULL, amount integer NOT NULL,
    reason text NOT NULL);
CREATE TABLE IF NOT EXISTS failed_once (key text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS event (
    no integer PRIMARY KEY, id text NOT NULL, charge text NOT NULL, type text NOT NULL, made_at real NOT NULL,
    attempts integer NOT NULL DEFAULT 0, due_at real NOT NULL, sent integer NOT NULL DEFAULT 0);
"""
_CHARGE = "SELECT id, key, amount, currency, token, state, reason, captured, refunded, fee, made_at FROM charge"


class Refused(Exception):
    """The request makes no sense for this charge; the text says why."""


class SimCharge(msgspec.Struct, frozen=True):
    """A charge; amounts in minor units."""

    id: str
    key: str
    amount: int
    currency: str
    token: str
    state: State
    reason: str
    captured: int
    refunded: int
    fee: int
    made_at: float


class SimDispute(msgspec.Struct, frozen=True):
    """A bank took captured money back."""

    id: str
    charge: str
    amount: int
    currency: str
    reason: str


class SimRefund(msgspec.Struct, frozen=True):
    id: str
    key: str
    charge: str
    amount: int
    state: Literal["refunded", "declined"]
    reason: str


class SimEvent(msgspec.Struct, frozen=True):
    no: int
    id: str
    charge: str
    type: str
    made_at: float
    attempts: int


class SimLedger:
    def __init__(self, path: str = ":memory:", fee_share: Decimal = Decimal(0)) -> None:
        """`fee_share`: what it keeps of each capture, rounded to the minor unit."""
        self._fee_share = fee_share
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)
        if "fee" not in [row[1] for row in self._db.execute("PRAGMA table_info(charge)")]:  # a file made before fees
            self._db.execute("ALTER TABLE charge ADD COLUMN fee integer NOT NULL DEFAULT 0")

    def close(self) -> None:
        self._db.close()

    def fails_first(self, key: str) -> bool:
        """True the first time it is asked about a key."""
        return self._db.execute("INSERT OR IGNORE INTO failed_once VALUES (?)", (key,)).rowcount == 1

    def authorise(self, key: str, amount: int, currency: str, token: str) -> SimCharge:
        """The charge of this key, made now if it is new. Raises Refused when the key was used for another one."""
        known = self.find_by_key(key)
        if known is not None:
            if (known.amount, known.currency, known.token) != (amount, currency, token):
                raise Refused("idempotency_key_reused")
            return known
        verdict: Verdict = judge(token)
        charge_id = f"ch_{secrets.token_hex(12)}"
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "INSERT INTO charge (id, key, amount, currency, token, state, reason, made_at) "
                "VALUES (?,?,?,?,?,?,?,?)",
                (charge_id, key, amount, currency, token, verdict.outcome, verdict.reason, time.time()),
            )
            self._note(charge_id, verdict.outcome)
        return self.get(charge_id)

    def complete(self, charge_id: str, *, agreed: bool) -> SimCharge:
        """The customer confirmed, or failed to."""
        charge = self.get(charge_id)
        agreed = agreed and judge(charge.token).customer_agrees
        if agreed:
            return self._move(charge, ("pending",), "authorised", "")
        return self._move(charge, ("pending",), "declined", NOT_CONFIRMED)

    def capture(self, charge_id: str, amount: int, currency: str) -> SimCharge:
        """Raises Refused for another amount and for what is not authorised."""
        charge = self.get(charge_id)
        if (charge.amount, charge.currency) != (amount, currency):
            raise Refused("amount_differs")
        if judge(charge.token).refuses == "capture":
            raise Refused("capture_refused")
        if charge.state not in ("authorised", "captured"):
            raise Refused(f"charge_{charge.state}")
        fee = Money(amount, currency).times(self._fee_share).minor
        return self._move(charge, ("authorised",), "captured", "", captured=amount, fee=fee)

    def dispute(self, charge_id: str, amount: int, reason: str) -> SimDispute:
        """The customer's bank takes money back. Raises Refused for more than was captured."""
        charge = self.get(charge_id)
        disputed = self._db.execute("SELECT coalesce(sum(amount), 0) FROM dispute WHERE charge = ?", (charge_id,))
        if not 0 < amount <= charge.captured - disputed.fetchone()[0]:
            raise Refused("amount_exceeds_captured")
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            event = self._note(charge_id, "dispute.created")
            facts = (f"dp_{secrets.token_hex(12)}", event, charge_id, amount, reason)
            self._db.execute("INSERT INTO dispute VALUES (?,?,?,?,?)", facts)
        found = self.find_dispute(event)
        assert found is not None
        return found

    def find_dispute(self, event_id: str) -> SimDispute | None:
        """The dispute that an event tells of."""
        row = self._db.execute(
            "SELECT d.id, d.charge, d.amount, c.currency, d.reason FROM dispute AS d "
            "JOIN charge AS c ON c.id = d.charge WHERE d.event = ?",
            (event_id,),
        ).fetchone()
        return None if row is None else SimDispute(*row)

    def void(self, charge_id: str) -> SimCharge:
        """Raises Refused for what was captured."""
        charge = self.get(charge_id)
        if charge.state == "captured":
            raise Refused("charge_captured")
        return self._move(charge, ("authorised", "pending"), "voided", "")

    def refund(self, key: str, charge_id: str, amount: int, currency: str) -> SimRefund:
        """Part of a captured charge, or all of it. Raises Refused for more than is left."""
        known = self._find_refund(key)
        if known is not None:
            if (known.charge, known.amount) != (charge_id, amount):
                raise Refused("idempotency_key_reused")
            return known
        charge = self.get(charge_id)
        if currency != charge.currency or amount <= 0 or amount > charge.captured - charge.refunded:
            raise Refused("amount_exceeds_captured")
        declined = judge(charge.token).refuses == "refund"
        state, reason = ("declined", "refund_refused") if declined else ("refunded", "")
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            facts = (key, f"re_{secrets.token_hex(12)}", charge_id, amount, state, reason)
            self._db.execute("INSERT INTO refund VALUES (?,?,?,?,?,?)", facts)
            if not declined:
                self._db.execute("UPDATE charge SET refunded = refunded + ? WHERE id = ?", (amount, charge_id))
            self._note(charge_id, f"refund.{state}")
        refund = self._find_refund(key)
        assert refund is not None
        return refund

    def get(self, charge_id: str) -> SimCharge:
        """Raises Refused for an unknown one."""
        row = self._db.execute(f"{_CHARGE} WHERE id = ?", (charge_id,)).fetchone()
        if row is None:
            raise Refused("unknown_reference")
        return SimCharge(*row)

    def find_by_key(self, key: str) -> SimCharge | None:
        row = self._db.execute(f"{_CHARGE} WHERE key = ?", (key,)).fetchone()
        return None if row is None else SimCharge(*row)

    def list_charges(self, after: str, limit: int, since_s: float = 0.0) -> Sequence[SimCharge]:
        """In the order they were made, from behind the charge `after`, not before `since_s`."""
        start = "coalesce((SELECT no FROM charge WHERE id = ?), 0)"
        query = f"{_CHARGE} WHERE no > {start} AND made_at >= ? ORDER BY no LIMIT ?"
        rows = self._db.execute(query, (after, since_s, limit))
        return [SimCharge(*row) for row in rows]

    def due_events(self, limit: int = 100) -> Sequence[SimEvent]:
        columns = "no, id, charge, type, made_at, attempts"
        query = f"SELECT {columns} FROM event WHERE sent = 0 AND due_at <= ? ORDER BY no LIMIT ?"
        return [SimEvent(*row) for row in self._db.execute(query, (time.time(), limit))]

    def postpone(self, event: SimEvent, delay_s: float) -> None:
        self._db.execute(
            "UPDATE event SET attempts = attempts + 1, due_at = ? WHERE no = ?", (time.time() + delay_s, event.no)
        )

    def mark_sent(self, event: SimEvent) -> None:
        self._db.execute("UPDATE event SET sent = 1 WHERE no = ?", (event.no,))

    def _move(
        self, charge: SimCharge, before: tuple[State, ...], state: State, reason: str, captured: int = 0, fee: int = 0
    ) -> SimCharge:
        if charge.state in before:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute(
                    "UPDATE charge SET state = ?, reason = ?, captured = ?, fee = ? WHERE id = ?",
                    (state, reason, captured, fee, charge.id),
                )
                self._note(charge.id, state)
        return self.get(charge.id)

    def _note(self, charge_id: str, what: str) -> str:
        """The id of an event that is to be told."""
        now = time.time()
        kind = what if what.startswith("refund.") else f"charge.{what}"
        event_id = f"evt_{secrets.token_hex(12)}"
        self._db.execute(
            "INSERT INTO event (id, charge, type, made_at, due_at) VALUES (?,?,?,?,?)",
            (event_id, charge_id, kind, now, now),
        )
        return event_id

    def _find_refund(self, key: str) -> SimRefund | None:
        row = self._db.execute("SELECT id, key, charge, amount, state, reason FROM refund WHERE key = ?", (key,))
        found = row.fetchone()
        return None if found is None else SimRefund(*found)
