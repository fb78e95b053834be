"""Devices that are signed in, in DynamoDB: an item for each, in the partition of its customer.

A session ends by a mark on its item, in one transaction with its revocation. The mark stays as long as an access token
may live, or an issuer's log-in: nobody comes back with that. Each change names what it was decided on, so of two at the
same time one wins. All reads are strongly consistent.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wayfare.infrastructure.database import Session as Transaction
from wayfare.infrastructure.dynamo import ConditionFailed, Dynamo, Item, Table, number, text
from wayfare.kernel.errors import Unavailable
from wayfare.kernel.time import Clock
from wayfare.services.customers.adapters.dynamo_revocations import REVOCATIONS, revocation
from wayfare.services.customers.adapters.revocations import KEPT_S
from wayfare.services.customers.adapters.session_table import Ended, NewSession
from wayfare.services.customers.application.ports import Turned
from wayfare.services.customers.domain.customer import DEVICES_MAX, REFRESH_S, Session

SESSIONS = Table("sessions", ("customer_id", "session_id"), {})
TABLES = (SESSIONS, REVOCATIONS)
TRIES = 5
"""Of a change that somebody else's comes between."""
_LIVES = "attribute_not_exists(ended_s) AND expires_s > :now"


class DynamoSessionTable:
    """Implements `SessionTable`. What PostgreSQL's transaction undoes is not undone here: then a device nobody has the
    token of is listed, or one is signed out that might have stayed."""

    def __init__(self, dynamo: Dynamo, clock: Clock) -> None:
        self._dynamo, self._clock = dynamo, clock

    async def open(self, _tx: Transaction, new: NewSession) -> None:
        await self._dynamo.put(SESSIONS, _item(new, 1))

    async def keep(self, _tx: Transaction, arrived: NewSession) -> bool:
        key = _key(arrived.customer_id, arrived.session_id)
        for _ in range(TRIES):
            found = await self._dynamo.get(SESSIONS, key)
            alive = found is not None and _number(found, "expires_s") > self._clock.now_s()
            if found is not None and alive and "ended_s" in found:
                return False
            item = dict(_item(arrived, 0))
            condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(session_id)"}
            if found is not None:
                if alive:
                    kept = {name: found[name] for name in ("device", "created_s", "second_factor")}
                    item |= {**kept, "expires_s": max(found["expires_s"], item["expires_s"], key=lambda n: int(n["N"]))}
                condition = _as_read(found)
            try:
                await self._dynamo.put(SESSIONS, item, **condition)
            except ConditionFailed:
                continue
            return True
        raise Unavailable("too many requests use this session at the same time")

    async def turn(
        self, customer_id: UUID | None, session_id: UUID, generation: int, secret: bytes, fresh: bytes, now_s: int
    ) -> Turned | None:
        if customer_id is None:  # issued before tokens told whose they are: in another store, too
            return None
        try:
            turned = await self._dynamo.update(
                SESSIONS,
                _key(customer_id, session_id),
                UpdateExpression="SET generation_no = :next, secret_hash = :fresh, used_s = :now, expires_s = :until",
                ConditionExpression=f"{_LIVES} AND generation_no = :generation AND secret_hash = :secret",
                ExpressionAttributeValues={
                    ":generation": number(generation),
                    ":next": number(generation + 1),
                    ":secret": {"B": secret},
                    ":fresh": {"B": fresh},
                    ":now": number(now_s),
                    ":until": number(now_s + REFRESH_S),
                },
            )
        except ConditionFailed as failed:
            # The answer to the first try may have been lost: nobody but we has this fresh secret.
            if failed.item is None or failed.item.get("secret_hash") != {"B": fresh} or "ended_s" in failed.item:
                return None
            turned = failed.item
        return Turned(customer_id, turned["second_factor"]["BOOL"])

    async def is_recent(self, customer_id: UUID, session_id: UUID, since_s: int) -> bool:
        found = await self._dynamo.get(SESSIONS, _key(customer_id, session_id))
        if found is None or "ended_s" in found:
            return False
        return _number(found, "generation_no") == 0 and _number(found, "created_s") > since_s

    async def mark(self, _tx: Transaction, customer_id: UUID, session_id: UUID) -> None:
        try:
            await self._dynamo.update(
                SESSIONS,
                _key(customer_id, session_id),
                UpdateExpression="SET second_factor = :shown",
                ConditionExpression="attribute_exists(session_id)",
                ExpressionAttributeValues={":shown": {"BOOL": True}},
            )
        except ConditionFailed:
            return  # it has ended

    async def end(self, _tx: Transaction, customer_id: UUID | None, session_id: UUID) -> Sequence[Ended]:
        if customer_id is None:
            return []
        found = await self._dynamo.get(SESSIONS, _key(customer_id, session_id))
        ended = None if found is None else await self._end(found)
        return [] if ended is None else [ended]

    async def end_all(self, _tx: Transaction, customer_id: UUID, keep: UUID | None = None) -> Sequence[Ended]:
        return await self._end_each([item for item in await self._not_ended(customer_id) if _id(item) != keep])

    async def end_quiet(self, _tx: Transaction, customer_id: UUID) -> Sequence[Ended]:
        return await self._end_each((await self._not_ended(customer_id))[DEVICES_MAX:])

    async def list_of(self, customer_id: UUID, now_s: int) -> Sequence[Session]:
        return [
            Session(
                _id(item),
                customer_id,
                item["device"]["S"],
                _number(item, "created_s"),
                _number(item, "used_s"),
                _number(item, "expires_s"),
            )
            for item in await self._not_ended(customer_id, now_s)
        ]

    async def _not_ended(self, customer_id: UUID, now_s: int = 0) -> list[Item]:
        """Those that have not expired at that moment either; the one used last comes first."""
        found = [
            item
            async for item in self._dynamo.query(
                SESSIONS,
                KeyConditionExpression="customer_id = :customer",
                FilterExpression=_LIVES,
                ExpressionAttributeValues={":customer": text(customer_id), ":now": number(now_s)},
            )
        ]
        return sorted(found, key=lambda item: (-_number(item, "used_s"), item["session_id"]["S"]))

    async def _end_each(self, items: Sequence[Item]) -> Sequence[Ended]:
        ended = await asyncio.gather(*(self._end(item) for item in items))
        return [one for one in ended if one is not None]

    async def _end(self, item: Item) -> Ended | None:
        """`item`: as it was read. None: somebody else ended it."""
        key = {name: item[name] for name in SESSIONS.key}
        for _ in range(TRIES):
            if "ended_s" in item:
                return None
            now_s = self._clock.now_s()
            until_s = now_s + KEPT_S
            if _number(item, "generation_no") == 0:  # an issuer's: its tokens live as they say
                until_s = max(until_s, _number(item, "expires_s"))
            condition = _as_read(item)
            condition["ExpressionAttributeValues"] |= {":ended": number(now_s), ":until": number(until_s)}
            mark = {"Key": key, "UpdateExpression": "SET ended_s = :ended, expires_s = :until", **condition}
            try:
                session_id = _id(item)
                await self._dynamo.update_and_put(SESSIONS, mark, REVOCATIONS, revocation(session_id, time.time()))
                return Ended(session_id, UUID(item["customer_id"]["S"]))
            except ConditionFailed:  # it was used meanwhile, or is ended
                found = await self._dynamo.get(SESSIONS, key)
                if found is None:
                    return None
                item = found
        raise Unavailable("too many requests use this session at the same time")


def _as_read(item: Item) -> dict[str, Any]:
    """The condition that nobody has changed what matters of it."""
    ended = "ended_s = :was" if "ended_s" in item else "attribute_not_exists(ended_s)"
    names = {":generation": "generation_no", ":expires": "expires_s", ":second": "second_factor"}
    values = {placeholder: item[name] for placeholder, name in names.items()}
    return {
        "ConditionExpression": f"{ended} AND generation_no = :generation AND expires_s = :expires "
        "AND second_factor = :second",
        "ExpressionAttributeValues": values | ({":was": item["ended_s"]} if "ended_s" in item else {}),
    }


def _item(new: NewSession, generation: int) -> Item:
    return {
        **_key(new.customer_id, new.session_id),
        "device": text(new.device),
        "generation_no": number(generation),
        "secret_hash": {"B": new.secret},
        "created_s": number(new.created_s),
        "used_s": number(new.used_s),
        "expires_s": number(new.expires_s),
        "second_factor": {"BOOL": new.second_factor},
    }


def _key(customer_id: UUID, session_id: UUID) -> Item:
    return {"customer_id": text(customer_id), "session_id": text(session_id)}


def _id(item: Item) -> UUID:
    return UUID(item["session_id"]["S"])


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"])
