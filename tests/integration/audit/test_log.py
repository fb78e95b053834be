"""Writing the log: recorded writes, followed events, origins, guard, search, forgetting."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import msgspec
import pytest
from fastapi import FastAPI

from integration.audit.world import BOOKING, SECRET, a_write, fill, use_cases_of
from wayfare.contracts.audit.api import AuditApi, NoteOrigins, Origin, RecordWrites, WriteDone
from wayfare.contracts.bookings.events import BookingConfirmed, BookingCreated, BookingExpired
from wayfare.contracts.events import Amount, EventData
from wayfare.contracts.payments.events import PaymentCaptured
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.events.outbox import Outbox
from wayfare.infrastructure.rpc import rpc_client, rpc_router
from wayfare.kernel.errors import NotFound, ValidationFailed
from wayfare.services.audit.adapters.outbox_source import OutboxSource
from wayfare.services.audit.application.follow_events import FollowEvents
from wayfare.services.audit.application.ports import Found, Query
from wayfare.services.audit.wiring import AuditUseCases, build

PAID = Amount("59.90", "EUR")
HOLD = uuid4()


def created(booking_id: UUID = BOOKING) -> BookingCreated:
    return BookingCreated(
        booking_id=booking_id,
        locator="K7M2QX",
        departures=("20261121-4711",),
        correlation_id="request-1",
        hold_id=HOLD,
        total=PAID,
        passengers=2,
    )


def confirmed(booking_id: UUID = BOOKING) -> BookingConfirmed:
    return BookingConfirmed(
        booking_id=booking_id,
        locator="K7M2QX",
        correlation_id="request-1",
        hold_id=HOLD,
        payment_id=uuid4(),
        total=PAID,
        passengers=2,
        departures=("20261121-4711",),
    )


async def publish(database: Database, *events: EventData) -> None:
    for event in events:  # each in a transaction of its own, as bookings does
        async with database.transaction() as session:
            await Outbox("test", "test-events", database).write(session, [event])


def at_once(audit: AuditUseCases, database: Database) -> FollowEvents:
    outbox = Outbox("test", "test-events", database)
    return FollowEvents(audit.log, [OutboxSource(outbox)], lag=timedelta(0), rest=0.0)


async def rows(audit: AuditUseCases, **asked: Any) -> list[Found]:
    return list(reversed(await audit.log.search(Query(**asked))))


class TestRecord:
    async def test_a_write_is_in_the_chain_when_record_returns(self, audit: AuditUseCases) -> None:
        told = await audit.record(RecordWrites((a_write(1), a_write(2))))
        assert (told.first, told.last) == (1, 2)
        assert (await audit.record(RecordWrites((a_write(3),)))).last == 3
        found = await rows(audit)
        assert [item.entry.seq for item in found] == [1, 2, 3]
        assert found[1].entry.previous == found[0].entry.hash
        assert found[0].entry.before == '{"generation":0}'
        assert found[0].personal == {"addresses": ["203.0.113.7"]}
        assert b"203.0.113.7" not in (found[0].entry.sealed or b"")
        verdict = await audit.verify()
        assert (verdict.rows, verdict.fault_count) == (3, 0)

    async def test_nothing_is_nothing(self, audit: AuditUseCases) -> None:
        assert (await audit.record(RecordWrites(()))).first == 0
        assert await audit.sign() is None
        assert (await audit.verify()).fault_count == 0

    @pytest.mark.parametrize(
        "wrong",
        [
            {"actor": "x" * 301},
            {"object": "nul\0"},
            {"after": {"text": "x" * 70_000}},
            {"after": {"what": object()}},
            {"person": None},
        ],
    )
    async def test_what_is_refused(self, audit: AuditUseCases, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValidationFailed):
            await audit.record(RecordWrites((msgspec.structs.replace(a_write(), **wrong),)))
        assert await rows(audit) == []

    async def test_every_text_comes_back_as_it_went_in(self, audit: AuditUseCases) -> None:
        facts = {"text": 'quote " back \\ nul \0 tab \t ünïcödé 東京 \U0001f682 \u2028', "n": [1, None, True, 1.5]}
        await audit.record(RecordWrites((WriteDone(actor="a", action="b", object="c", after=facts),)))
        (found,) = await rows(audit)
        assert msgspec.json.decode(found.entry.after or "") == facts
        assert (await audit.verify()).fault_count == 0

    async def test_many_at_once_make_one_chain(self, audit: AuditUseCases, audit_dsn: str, tmp_path: Path) -> None:
        async with Database(audit_dsn, pool_size=4) as other_database:
            other = use_cases_of(other_database, tmp_path / "keys")
            await asyncio.gather(*(
                (audit if number % 2 else other).record(RecordWrites((a_write(number),))) for number in range(30)
            ))  # fmt: skip
        verdict = await audit.verify()
        assert (verdict.rows, verdict.fault_count) == (30, 0)


class TestOverHttp:
    async def test_another_process_records_and_notes_the_same(
        self, audit: AuditUseCases, audit_database: Database, tmp_path: Path
    ) -> None:
        service = build(database=audit_database, outboxes=[], keys_dir=tmp_path / "keys", secret=SECRET)
        app = FastAPI()
        app.include_router(rpc_router("audit", AuditApi, service.api))
        transport = httpx2.ASGITransport(app=app)
        client = rpc_client("audit", AuditApi, "http://test", secret="", transport=transport)  # type: ignore[type-abstract]
        assert (await client.record(RecordWrites((a_write(1), a_write(2))))).last == 2
        assert (await client.note_origins(NoteOrigins((Origin("request-1", "203.0.113.7"),)))).count == 1
        with pytest.raises(ValidationFailed):
            await client.record(RecordWrites((msgspec.structs.replace(a_write(), person=None),)))
        assert [item.personal for item in await rows(audit)] == [{"addresses": ["203.0.113.7"]}] * 2


class TestFollow:
    async def test_events_become_rows_with_who_where_before_and_after(
        self, audit: AuditUseCases, audit_database: Database, tmp_path: Path
    ) -> None:
        api = build(database=audit_database, outboxes=[], keys_dir=tmp_path / "keys", secret=SECRET).api
        await api.note_origins(NoteOrigins((Origin("request-1", "203.0.113.7"), Origin("request-2", "203.0.113.8"))))
        await publish(audit_database, created(), confirmed())
        assert await at_once(audit, audit_database)() == 2
        made, paid = await rows(audit)
        assert made.entry.actor == made.entry.person == "guest:K7M2QX"
        assert (made.entry.action, made.entry.object) == ("booking.created", f"booking:{BOOKING}")
        assert made.entry.correlation_id == "request-1"
        assert made.personal == {"addresses": ["203.0.113.7"]}
        assert made.entry.before is None
        after = msgspec.json.decode(made.entry.after or "")
        assert after["state"] == "pending"
        assert after["total"] == {"amount": "59.90", "currency": "EUR"}
        assert msgspec.json.decode(paid.entry.before or "") == {"state": "pending"}
        assert msgspec.json.decode(paid.entry.after or "")["state"] == "confirmed"

    async def test_a_borrowed_correlation_id_hides_nobody(
        self, audit: AuditUseCases, audit_database: Database, tmp_path: Path
    ) -> None:
        api = build(database=audit_database, outboxes=[], keys_dir=tmp_path / "keys", secret=SECRET).api
        await api.note_origins(NoteOrigins((Origin("request-1", "198.51.100.9"),)))
        await api.note_origins(NoteOrigins((Origin("request-1", "203.0.113.7"), Origin("request-1", "203.0.113.7"))))
        await publish(audit_database, created())
        await at_once(audit, audit_database)()
        (found,) = await rows(audit)
        assert found.personal == {"addresses": ["198.51.100.9", "203.0.113.7"]}

    async def test_what_nobody_asked_for_is_put_down_to_the_service(
        self, audit: AuditUseCases, audit_database: Database
    ) -> None:
        payment = uuid4()
        await publish(
            audit_database,
            BookingExpired(booking_id=BOOKING, locator="K7M2QX", departures=()),
            PaymentCaptured(payment_id=payment, booking_id=BOOKING, amount=PAID),
        )
        await at_once(audit, audit_database)()
        expired, captured = await rows(audit)
        assert expired.entry.actor == captured.entry.actor == "system:test"
        assert captured.entry.object == f"payment:{payment}"
        assert msgspec.json.decode(captured.entry.before or "") == {"state": "authorised"}
        assert str(BOOKING) in (captured.entry.after or "")

    async def test_a_kind_of_event_nobody_knows_is_recorded(
        self, audit: AuditUseCases, audit_database: Database
    ) -> None:
        await audit_database.execute(
            "INSERT INTO test.outbox (key, type, payload) VALUES (gen_random_uuid(), 'seat.painted', '{\"seat_id\":7}')"
        )
        await at_once(audit, audit_database)()
        (found,) = await rows(audit)
        assert (found.entry.action, found.entry.object, found.entry.before) == ("seat.painted", "seat:7", None)

    async def test_young_events_wait_for_their_origin(self, audit: AuditUseCases, audit_database: Database) -> None:
        await publish(audit_database, created())
        assert await audit.follow() == 0
        await asyncio.sleep(1.1)
        assert await audit.follow() == 1
        assert await audit.follow() == 0

    async def test_two_followers_record_each_event_once(
        self, audit: AuditUseCases, audit_dsn: str, audit_database: Database, tmp_path: Path
    ) -> None:
        ids = [uuid4() for _ in range(1200)]
        await Outbox("test", "test-events", audit_database).write(
            audit_database,
            [created(one) for one in ids],  # type: ignore[arg-type]  # it needs `execute` alone
        )
        async with Database(audit_dsn, pool_size=4) as other_database:
            other = use_cases_of(other_database, tmp_path / "keys")
            while sum(await asyncio.gather(at_once(audit, audit_database)(), at_once(other, other_database)())):
                pass
        found = await rows(audit, limit=10_000)
        assert sorted(item.entry.object for item in found) == sorted(f"booking:{one}" for one in ids)
        assert (await audit.verify()).fault_count == 0


class TestGuard:
    @pytest.mark.parametrize("role", ["origin", "replica", "local"])
    @pytest.mark.parametrize("table", ["entry", "checkpoint", "part"])
    @pytest.mark.parametrize("how", ["UPDATE {} SET seq = seq + 1", "DELETE FROM {}", "TRUNCATE {}"])
    async def test_the_application_cannot_change_the_log(
        self, audit: AuditUseCases, audit_database: Database, how: str, table: str, role: str
    ) -> None:
        await fill(audit, 3)
        name = f"audit.{table}"
        if table == "part":
            name = await audit_database.fetchval("SELECT tableoid::regclass::text FROM audit.entry LIMIT 1")
        async with audit_database.acquire() as session:
            assert await session.fetchval("SELECT usesuper FROM pg_user WHERE usename = current_user")
            await session.execute(f"SET session_replication_role = {role}")
            with pytest.raises(asyncpg.RestrictViolationError):
                await session.execute(how.format(name))
        assert (await audit.verify()).fault_count == 0


class TestSearch:
    async def test_by_everything(self, audit: AuditUseCases) -> None:
        await fill(audit, 5)
        await audit.record(RecordWrites((WriteDone(actor="guest:K7M2QX", action="x", object="booking:1"),)))

        async def found(**asked: Any) -> list[int]:
            return [item.entry.seq for item in await rows(audit, **asked)]

        assert await found(actor="guest:K7M2QX") == [6]
        assert await found(object="feed:f2") == [2]
        assert await found(action="feed.imported") == [1, 2, 3, 4, 5]
        assert await found(correlation_id="request-4") == [4]
        assert await found(words=("feed-3.zip",)) == [3]
        assert await found(words=("feed-3.zip", "nothing")) == []
        assert await found(words=("203.0.113.7",)) == []  # personal
        at = [item.entry.at_us for item in await rows(audit)]
        assert await found(since_us=at[3]) == [4, 5, 6]
        assert await found(until_us=at[3]) == [1, 2, 3]
        assert await found(action="feed.imported", since_us=at[1], until_us=at[3]) == [2, 3]
        assert await found(limit=2) == [5, 6]
        assert await found(limit=2, before_seq=5) == [3, 4]

    async def test_each_uses_an_index(self, audit: AuditUseCases, audit_database: Database) -> None:
        await fill(audit, 1)
        async with audit_database.acquire() as session:
            await session.execute("SET enable_seqscan = off")
            for condition, index in (
                ("actor = 'a' ORDER BY seq DESC LIMIT 5", "actor_seq"),
                ("object = 'a' ORDER BY seq DESC LIMIT 5", "object_seq"),
                ("action = 'a' ORDER BY seq DESC LIMIT 5", "action_seq"),
                ("words @> ARRAY['a'] ORDER BY seq DESC LIMIT 5", "words"),
            ):
                plan = await session.fetch(f"EXPLAIN SELECT * FROM audit.entry WHERE {condition}")
                assert any(index in row[0] for row in plan), plan


class TestForget:
    async def test_personal_values_are_gone_and_the_chain_is_whole(
        self, audit: AuditUseCases, audit_database: Database
    ) -> None:
        await fill(audit, 3)
        by = WriteDone(actor="operator:bob", action="person.forgotten", object="operator:alice")
        await audit.forget("operator:alice", by)
        await audit.record(RecordWrites((a_write(4),)))
        found = await rows(audit)
        assert [item.personal for item in found] == [None, None, None, {}, {}]
        assert found[3].entry.action == "person.forgotten"
        assert found[4].entry.sealed is None  # nothing new is kept of them either
        assert await audit_database.fetchval("SELECT key FROM audit.person WHERE person = 'operator:alice'") is None
        assert (await audit.verify()).fault_count == 0
        with pytest.raises(NotFound):
            await audit.forget("operator:alice", by)
        with pytest.raises(NotFound):
            await audit.forget("guest:NOBODY", by)

    async def test_another_installation_reads_nothing_personal(
        self, audit: AuditUseCases, audit_database: Database
    ) -> None:
        await fill(audit, 1)
        wrapped = await audit_database.fetchval("SELECT key FROM audit.person")
        await audit_database.execute("UPDATE audit.person SET key = $1", bytes(len(wrapped)))
        assert [item.personal for item in await rows(audit)] == [None]
