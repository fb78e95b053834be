"""What the simulated gateway remembers: charges, the answers it gave by idempotency key, and webhooks to be sent.

One SQLite file (or memory); every method is one transaction, so a restart at any moment loses nothing it answered.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Sequence
from typing import Literal

import msgspec

from wayfare.services.payments.domain.simulation import NOT_CONFIRMED, Verdict, judge

State = Literal["authorised", "declined", "pending", "captured", "voided"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS charge (
    no integer PRIMARY KEY, id text NOT NULL UNIQUE, key text NOT NULL UNIQUE, amount integer NOT NULL,
    currency text NOT NULL, token text NOT NULL, state text NOT NULL, reason text NOT NULL,
    captured integer NOT NULL DEFAULT 0, refunded integer NOT NULL DEFAULT 0, made_at real NOT NULL);
CREATE TABLE IF NOT EXISTS refund (
    key text PRIMARY KEY, id text NOT NULL, charge text NOT NULL, amount integer NOT NULL, state text NOT NULL,
    reason text NOT NULL);
CREATE TABLE IF NOT EXISTS failed_once (key text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS event (
    no integer PRIMARY KEY, id text NOT NULL, charge text NOT NULL, type text NOT NULL, made_at real NOT NULL,
    attempts integer NOT NULL DEFAULT 0, due_at real NOT NULL, sent integer NOT NULL DEFAULT 0);
"""
_CHARGE = "SELECT id, key, amount, currency, token, state, reason, captured, refunded FROM charge"


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
    def __init__(self, path: str = ":memory:") -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)

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
        return self._move(charge, ("authorised",), "captured", "", captured=amount)

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

    def list_charges(self, after: str, limit: int) -> Sequence[SimCharge]:
        """In the order they were made, from behind the charge `after`."""
        start = "coalesce((SELECT no FROM charge WHERE id = ?), 0)"
        rows = self._db.execute(f"{_CHARGE} WHERE no > {start} ORDER BY no LIMIT ?", (after, limit))
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
        self, charge: SimCharge, before: tuple[State, ...], state: State, reason: str, captured: int = 0
    ) -> SimCharge:
        if charge.state in before:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute(
                    "UPDATE charge SET state = ?, reason = ?, captured = ? WHERE id = ?",
                    (state, reason, captured, charge.id),
                )
                self._note(charge.id, state)
        return self.get(charge.id)

    def _note(self, charge_id: str, what: str) -> None:
        now = time.time()
        kind = what if what.startswith("refund.") else f"charge.{what}"
        self._db.execute(
            "INSERT INTO event (id, charge, type, made_at, due_at) VALUES (?,?,?,?,?)",
            (f"evt_{secrets.token_hex(12)}", charge_id, kind, now, now),
        )

    def _find_refund(self, key: str) -> SimRefund | None:
        row = self._db.execute("SELECT id, key, charge, amount, state, reason FROM refund WHERE key = ?", (key,))
        found = row.fetchone()
        return None if found is None else SimRefund(*found)
