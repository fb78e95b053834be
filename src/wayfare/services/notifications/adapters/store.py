"""Endpoints, deliveries and attempts in PostgreSQL. Implements the port `WebhookStore`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wayfare.contracts.notifications.api import Attempt, Endpoint
from wayfare.infrastructure.database import Database, Session
from wayfare.infrastructure.sealed_text import SealedText
from wayfare.kernel.errors import NotFound
from wayfare.services.notifications.adapters import sql
from wayfare.services.notifications.application.ports import Failed, NewDelivery
from wayfare.services.notifications.domain.delivery import TEST_TYPE, Answer, Delivery
from wayfare.services.notifications.domain.endpoint import WebhookEndpoint, rest_after


class PostgresWebhookStore:
    """The secrets of endpoints lie encrypted in their rows."""

    def __init__(self, database: Database, sealed: SealedText) -> None:
        self._database, self._sealed = database, sealed

    async def add_endpoint(
        self, url: str, events: Sequence[str], operators: Sequence[str], secret: str, now: datetime
    ) -> int:
        stored = self._sealed.seal(secret, _context(url))
        number: int = await self._database.fetchval(sql.ADD_ENDPOINT, url, events, operators, stored, now)
        return number

    async def get_endpoint(self, endpoint_id: int, now: datetime) -> WebhookEndpoint:
        row = await self._database.fetchrow(sql.GET_ENDPOINT, now, endpoint_id)
        if row is None:
            raise _unknown(endpoint_id)
        return self._endpoint(row)

    async def list_endpoints(self) -> Sequence[Endpoint]:
        return [_listed(row) for row in await self._database.fetch(sql.LIST_ENDPOINTS)]

    async def remove_endpoint(self, endpoint_id: int) -> None:
        await self._change(endpoint_id, sql.REMOVE_ENDPOINT)

    async def enable_endpoint(self, endpoint_id: int) -> None:
        await self._change(endpoint_id, sql.ENABLE_ENDPOINT)

    async def rotate_secret(self, endpoint_id: int, secret: str, old_until: datetime) -> None:
        url = await self._database.fetchval(sql.URL_OF, endpoint_id)
        if url is None:
            raise _unknown(endpoint_id)
        await self._change(endpoint_id, sql.ROTATE_SECRET, self._sealed.seal(secret, _context(url)), old_until)

    async def seal_anew(self) -> None:
        """Encrypt secrets that are in the clear, or under another key than the newest."""
        async with self._database.transaction() as session:
            for row in await session.fetch(sql.LOCK_SECRETS):
                context = _context(row["url"])
                fresh = [
                    stored
                    if not stored or self._sealed.is_current(stored)
                    else self._sealed.seal(self._sealed.open(stored, context), context)
                    for stored in (row["secret"], row["old_secret"])
                ]
                if fresh != [row["secret"], row["old_secret"]]:
                    await session.execute(sql.SET_SECRETS, row["id"], *fresh)

    async def enabled_endpoints(self, session: Session | None, now: datetime) -> Sequence[WebhookEndpoint]:
        rows = await (session or self._database).fetch(sql.ENABLED_ENDPOINTS, now)
        return [self._endpoint(row) for row in rows]

    async def has_endpoints(self) -> bool:
        return bool(await self._database.fetchval(sql.HAS_ENDPOINTS))

    async def add_deliveries(self, session: Session, deliveries: Sequence[NewDelivery]) -> None:
        columns = zip(*(_values(delivery) for delivery in deliveries), strict=True)
        await session.execute(sql.ADD_DELIVERIES, *(list(column) for column in columns))

    async def add_test(self, delivery: NewDelivery) -> Delivery:
        return _delivery(await self._database.fetchrow(sql.ADD_TEST, *_values(delivery)))

    async def endpoints_with_due(self, now: datetime) -> Sequence[int]:
        return [row[0] for row in await self._database.fetch(sql.ENDPOINTS_WITH_DUE, now)]

    async def due(self, endpoint_id: int, now: datetime, limit: int) -> Sequence[Delivery]:
        return [_delivery(row) for row in await self._database.fetch(sql.DUE, endpoint_id, now, limit)]

    async def note_accepted(self, delivery: Delivery, answer: Answer, now: datetime) -> None:
        async with self._database.transaction() as session:
            await _note_attempt(session, delivery, answer, now)
            await session.execute(sql.DELIVERED, delivery.id)
            await session.execute(sql.WELL_AGAIN, delivery.endpoint_id)

    async def note_failed(
        self, delivery: Delivery, answer: Answer, now: datetime, next_at: datetime, disable: str
    ) -> Failed:
        endpoint_id = delivery.endpoint_id
        async with self._database.transaction() as session:
            # The endpoint first, as everywhere: two failures at once do not wait for each other in a circle.
            failures = await session.fetchval(sql.FAILING, endpoint_id, now)
            if failures is None:
                return Failed(0, disabled=False)  # removed meanwhile
            await session.execute(sql.REST, endpoint_id, now + rest_after(failures))
            disabled = disable and await session.fetchval(sql.DISABLE, endpoint_id, now, disable) is not None
            await _note_attempt(session, delivery, answer, now)
            await session.execute(sql.POSTPONED, delivery.id, next_at)
            given_up = await session.fetch(sql.GIVE_UP, endpoint_id, now, bool(disable))
            return Failed(len(given_up), bool(disabled))

    async def list_attempts(self, endpoint_id: int, limit: int) -> Sequence[Attempt]:
        return [_attempt(row) for row in await self._database.fetch(sql.LIST_ATTEMPTS, endpoint_id, limit)]

    async def endpoint_of(self, delivery_id: int) -> int:
        number: int | None = await self._database.fetchval(sql.ENDPOINT_OF, delivery_id)
        if number is None:
            raise NotFound(f"there is no delivery {delivery_id}")
        return number

    async def resend(self, delivery_id: int, now: datetime, give_up_at: datetime) -> int:
        return len(await self._database.fetch(sql.RESEND, delivery_id, now, give_up_at))

    async def resend_since(self, endpoint_id: int, since: datetime, now: datetime, give_up_at: datetime) -> int:
        rows = await self._database.fetch(sql.RESEND_SINCE, endpoint_id, since, now, give_up_at, TEST_TYPE)
        return len(rows)

    async def remove_old(self, before: datetime) -> None:
        while await self._database.execute(sql.REMOVE_OLD, before) != "DELETE 0":
            pass

    async def counts(self) -> Mapping[str, int]:
        return dict(await self._database.fetchrow(sql.COUNTS) or {})

    def _endpoint(self, row: Any) -> WebhookEndpoint:
        context = _context(row["url"])
        return WebhookEndpoint(
            id=row["id"],
            url=row["url"],
            events=frozenset(row["events"]),
            operators=frozenset(row["operators"]),
            secrets=tuple(self._sealed.open(one, context) for one in (row["secret"], row["old_secret"]) if one),
            created_at=row["created_at"],
            failures=row["failures"],
            failing_since=row["failing_since"],
            disabled_at=row["disabled_at"],
        )

    async def _change(self, endpoint_id: int, statement: str, *values: Any) -> None:
        if await self._database.fetchval(statement, endpoint_id, *values) is None:
            raise _unknown(endpoint_id)


async def _note_attempt(session: Session, delivery: Delivery, answer: Answer, now: datetime) -> None:
    await session.execute(
        sql.ADD_ATTEMPT,
        delivery.id,
        delivery.endpoint_id,
        now,
        answer.status,
        answer.duration_ms,
        answer.head,
        answer.error,
    )


def _values(new: NewDelivery) -> tuple[Any, ...]:
    return (
        new.endpoint_id, new.webhook_id, new.type, new.key, new.body, new.made_at, new.due_at, new.give_up_at,
    )  # fmt: skip


def _delivery(row: Any) -> Delivery:
    return Delivery(**dict(row))


def _context(url: str) -> str:
    return f"webhook secret of {url}"


def _listed(row: Any) -> Endpoint:
    return Endpoint(
        endpoint_id=row["endpoint_id"],
        url=row["url"],
        events=tuple(row["events"]),
        operators=tuple(row["operators"]),
        created_s=int(row["created_at"].timestamp()),
        failing_since_s=_seconds(row["failing_since"]),
        disabled_s=_seconds(row["disabled_at"]),
        disabled_reason=row["disabled_reason"],
        pending=row["pending"],
        failed=row["failed"],
    )


def _attempt(row: Any) -> Attempt:
    facts = dict(row)
    return Attempt(at_s=int(facts.pop("at").timestamp()), **facts)


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())


def _unknown(endpoint_id: int) -> NotFound:
    return NotFound(f"there is no webhook endpoint {endpoint_id}")
