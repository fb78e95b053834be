"""Letters that wait, in PostgreSQL. A one-time token is made when its letter is sent; only its digest is stored."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from uuid import UUID

from wayfare.infrastructure.database import Database, Row
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters import sql
from wayfare.services.customers.application.ports import DueLetter, Message
from wayfare.services.customers.application.register import digest
from wayfare.services.customers.domain.customer import RESET_S, LetterKind, email_key

HOURLY_MAX = 5
"""Letters of a kind that one address gets in an hour, whoever asks for them."""
HOUR_S = 3600


class PostgresLetters:
    """Implements the port `Letters`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def take_due(self, limit: int) -> Sequence[DueLetter]:
        rows = await self._database.fetch(sql.TAKE_DUE_LETTERS, self._clock.now_s(), limit)
        return [DueLetter(*row) for row in rows]

    async def prepare(self, letter: DueLetter) -> Message | None:
        key, now_s = email_key(letter.email), self._clock.now_s()
        if await self._database.fetchval(sql.COUNT_SENT, key, letter.kind, now_s - HOUR_S) >= HOURLY_MAX:
            return None
        # Always to the address its owner gave, never to a spelling of it that somebody else typed.
        known = await self._database.fetchrow(sql.FIND_RECIPIENT, key)
        if letter.kind == "verify":
            return await self._verify(letter, now_s) if known is None else _to("exists", known)
        if known is None:
            return None
        return await self._reset(known, now_s) if letter.kind == "reset" else _to(letter.kind, known)

    async def note_sent(self, letter_id: UUID) -> None:
        await self._database.execute(sql.NOTE_SENT, letter_id, self._clock.now_s())

    async def drop(self, letter_id: UUID) -> None:
        await self._database.execute(sql.DROP_LETTER, letter_id)

    async def _verify(self, letter: DueLetter, now_s: int) -> Message | None:
        token = secrets.token_urlsafe(32)
        row = await self._database.fetchrow(sql.SET_REGISTRATION_TOKEN, letter.about, digest(token), now_s)
        return None if row is None else Message("verify", row["email"], row["given_name"], token)

    async def _reset(self, known: Row, now_s: int) -> Message:
        token = secrets.token_urlsafe(32)
        await self._database.execute(sql.INSERT_RESET, digest(token), known["customer_id"], now_s + RESET_S)
        return Message("reset", known["email"], known["given_name"], token)


def _to(kind: LetterKind, known: Row) -> Message:
    return Message(kind, known["email"], known["given_name"])
