"""Thirty-odd ways to tamper with a log of ten rows, signed after rows 3, 6 and 9, and what verifying has to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import asyncpg
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from integration.audit.world import tamper
from wayfare.infrastructure.database import Database
from wayfare.kernel.signing_key import SigningKey
from wayfare.services.audit.adapters.records import checkpoint_of, entry_of
from wayfare.services.audit.adapters.store import _insert
from wayfare.services.audit.domain.checkpoint import sign
from wayfare.services.audit.domain.entry import GENESIS, Entry, hash_of

Expected = list[tuple[str, int, int]]
ROW_5: Expected = [("altered", 5, 5)]
REWRITTEN: Expected = [("unlike_checkpoint", 4, 6)]


@dataclass(frozen=True)
class Plain:
    """Statements of a superuser who takes the guard away and puts it back."""

    statements: tuple[str, ...]
    expected: Expected

    async def plant(self, dsn: str) -> None:
        await tamper(dsn, *self.statements)


@dataclass(frozen=True)
class Rechained:
    """Rows are changed and every hash behind them is made anew."""

    change: Callable[[list[Entry]], list[Entry]]
    expected: Expected
    to: int | None = None  # only so many rows get new hashes

    async def plant(self, dsn: str) -> None:
        async with Database(dsn, pool_size=1) as database:
            rows = [entry_of(row) for row in await database.fetch("SELECT * FROM audit.entry ORDER BY seq")]
            changed = rechained(self.change(rows), self.to)
            await tamper(dsn, "DELETE FROM audit.entry")
            async with database.transaction() as session:
                await _insert(session, changed)


@dataclass(frozen=True)
class Resigned:
    """The last checkpoint is signed anew, by another key."""

    expected: Expected

    async def plant(self, dsn: str) -> None:
        connection = await asyncpg.connect(dsn)
        try:
            second, third = map(
                checkpoint_of, await connection.fetch("SELECT * FROM audit.checkpoint WHERE number > 1 ORDER BY number")
            )
        finally:
            await connection.close()
        forged = sign(second, third.at_us, third.seq, third.hash, SigningKey(Ed25519PrivateKey.generate()))
        await tamper(
            dsn,
            f"UPDATE audit.checkpoint SET signature = '\\x{forged.signature.hex()}', key_id = '{forged.key_id}' "
            "WHERE number = 3",
        )


@dataclass(frozen=True)
class Unguarded:
    """The guard is taken away and not put back."""

    statement: str
    expected: Expected

    async def plant(self, dsn: str) -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.execute(self.statement)
        finally:
            await connection.close()


def rechained(rows: list[Entry], to: int | None = None) -> list[Entry]:
    """The same rows, numbered and with hashes that fit, up to row `to`."""
    previous, done = GENESIS, []
    for seq, row in enumerate(rows, 1):
        if to is not None and seq > to:
            done.append(row)
            continue
        fresh = msgspec.structs.replace(row, seq=seq, previous=previous)
        done.append(msgspec.structs.replace(fresh, hash=hash_of(fresh)))
        previous = done[-1].hash
    return done


def _alter(rows: list[Entry]) -> list[Entry]:
    return [msgspec.structs.replace(row, actor="guest:NOBODY") if row.seq == 5 else row for row in rows]


def _set(column: str, value: str) -> Plain:
    return Plain((f"UPDATE audit.entry SET {column} = {value} WHERE seq = 5",), ROW_5)


_COPY = (
    "INSERT INTO audit.entry SELECT {seq}, noted_at + {later} * interval '1 microsecond', at, {actor}, action, object, "
    "correlation_id, before, after, person, sealed, previous, hash, words FROM audit.entry WHERE seq = 5"
)


def _copy(seq: str = "seq", later: int = 1, actor: str = "'guest:NOBODY'") -> str:
    return _COPY.format(seq=seq, later=later, actor=actor)


KINDS: dict[str, Plain | Rechained | Resigned | Unguarded] = {
    "who": _set("actor", "'guest:NOBODY'"),
    "what was done": _set("action", "'feed.looked_at'"),
    "to what": _set("object", "'feed:other'"),
    "by which request": _set("correlation_id", "''"),
    "when": _set("at", "at - interval '1 hour'"),
    "when it was noted": _set("noted_at", "noted_at + interval '1 microsecond'"),
    "an infinite time": _set("at", "'infinity'"),
    "the state before": _set("before", """'{"generation":5}'"""),
    "the state before is emptied": _set("before", "NULL"),
    "the state after": _set("after", "replace(after, 'feed-5.zip', 'feed-6.zip')"),
    "the state after by a space": _set("after", "after || ' '"),
    "the person": _set("person", "'operator:bob'"),
    "personal values of another row": _set("sealed", "(SELECT sealed FROM audit.entry WHERE seq = 4)"),
    "personal values are emptied": _set("sealed", "NULL"),
    "the hash": _set("hash", "sha256(hash)"),
    "the link": _set("previous", "sha256(previous)"),
    "an action emptied of its letters": _set("action", "''"),
    "the words it is found by": _set("words", "'{nothing}'"),
    "a row removed": Plain(("DELETE FROM audit.entry WHERE seq = 5",), [("removed", 5, 5)]),
    "rows removed": Plain(("DELETE FROM audit.entry WHERE seq IN (4, 5, 7)",), [("removed", 4, 5), ("removed", 7, 7)]),
    "the first row removed": Plain(("DELETE FROM audit.entry WHERE seq = 1",), [("removed", 1, 1)]),
    "cut off": Plain(("DELETE FROM audit.entry WHERE seq >= 8",), [("cut_off", 8, 9)]),
    "emptied": Plain(("TRUNCATE audit.entry",), [("cut_off", 1, 9)]),
    "a second row of the same number": Plain((_copy(),), [("inserted", 5, 5)]),
    "a copy of a row": Plain((_copy(actor="actor"),), [("inserted", 5, 5)]),
    "a second row before the true one": Plain((_copy(later=-1),), [("altered", 5, 5), ("inserted", 5, 5)]),
    "a row before the first": Plain((_copy("0"),), [("inserted", 0, 0)]),
    "a row at the end": Plain((_copy("11", 10**7),), [("altered", 11, 11)]),
    "two rows change places": Plain(
        tuple(f"UPDATE audit.entry SET seq = {to} WHERE seq = {seq}" for seq, to in ((4, 99), (5, 4), (99, 5))),
        [("altered", 4, 4), ("altered", 5, 5), ("reordered", 5, 5)],
    ),
    "a row moved to the end": Plain(
        ("UPDATE audit.entry SET seq = 50 WHERE seq = 5",),
        [("removed", 5, 5), ("removed", 11, 49), ("altered", 50, 50), ("reordered", 50, 50)],
    ),
    "removed and renumbered": Plain(
        ("DELETE FROM audit.entry WHERE seq = 5", "UPDATE audit.entry SET seq = seq - 1 WHERE seq > 5"),
        [("altered", 5, 5), ("altered", 6, 6), *REWRITTEN, ("altered", 7, 7), ("altered", 8, 8), ("altered", 9, 9)],
    ),
    "altered with its own hash made anew": Rechained(_alter, ROW_5, to=5),
    "altered with all hashes made anew": Rechained(_alter, REWRITTEN),
    "removed with all hashes made anew": Rechained(lambda rows: [row for row in rows if row.seq != 5], REWRITTEN),
    "inserted with all hashes made anew": Rechained(
        lambda rows: [*rows[:5], rows[2], *rows[5:]], [("reordered", 6, 6), *REWRITTEN]
    ),
    "moved with all hashes made anew": Rechained(
        lambda rows: [*rows[:3], rows[4], rows[3], *rows[5:]], [("reordered", 5, 5), *REWRITTEN]
    ),
    "a checkpoint's hash": Plain(
        ("UPDATE audit.checkpoint SET hash = sha256(hash) WHERE number = 2",), [("checkpoint_altered", 6, 6)]
    ),
    "a checkpoint's row": Plain(
        ("UPDATE audit.checkpoint SET seq = 5 WHERE number = 2",), [("checkpoint_altered", 5, 5)]
    ),
    "a checkpoint's time": Plain(
        ("UPDATE audit.checkpoint SET at = at + interval '1 hour' WHERE number = 2",), [("checkpoint_altered", 6, 6)]
    ),
    "a checkpoint's signature": Plain(
        ("UPDATE audit.checkpoint SET signature = sha256(signature) || sha256(hash) WHERE number = 2",),
        [("checkpoint_altered", 6, 6)],
    ),
    "a checkpoint signed by another key": Resigned([("checkpoint_altered", 9, 9)]),
    "a checkpoint removed": Plain(("DELETE FROM audit.checkpoint WHERE number = 2",), [("checkpoint_removed", 9, 9)]),
    "the last checkpoint removed": Plain(
        ("DELETE FROM audit.checkpoint WHERE number = 3",), [("checkpoint_removed", 9, 9)]
    ),
    "cut off with its checkpoint": Plain(
        ("DELETE FROM audit.entry WHERE seq >= 8", "DELETE FROM audit.checkpoint WHERE number = 3"),
        [("checkpoint_removed", 9, 9), ("cut_off", 8, 9)],
    ),
    "all is gone": Plain(
        ("TRUNCATE audit.entry", "TRUNCATE audit.checkpoint"), [("checkpoint_removed", 9, 9), ("cut_off", 1, 9)]
    ),
    "two checkpoints change places": Plain(
        tuple(
            f"UPDATE audit.checkpoint SET number = {to} WHERE number = {was}" for was, to in ((1, 9), (2, 1), (9, 2))
        ),
        [("checkpoint_altered", 6, 6), ("checkpoint_altered", 3, 3)],
    ),
    "the guard is disabled": Unguarded(
        "ALTER TABLE audit.entry DISABLE TRIGGER entry_append_only", [("unguarded", 0, 0)] * 4
    ),
    "the guard is gone": Unguarded("DROP TRIGGER checkpoint_not_emptied ON audit.checkpoint", [("unguarded", 0, 0)]),
    "the guard looks away": Unguarded(
        "CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NEW; END $$",
        [("unguarded", 0, 0)] * 5,
    ),
}
