"""Who travelled is forgotten after the journey, everywhere; the booking stays what it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from integration.bookings.world import Process, body
from system.world import bearer
from wayfare.bootstrap.schema import UPKEEP
from wayfare.infrastructure.database import Database
from wayfare.infrastructure.migrations import upgrade
from wayfare.infrastructure.retention import state_of
from wayfare.kernel.ids import departure_id
from wayfare.kernel.time import day_number
from wayfare.services.bookings.adapters.forgetting import forget_passengers
from wayfare.services.bookings.entrypoints.jobs import retention_rules

SOON = datetime.now(UTC) + timedelta(hours=1)
LEFT = """
INSERT INTO bookings.exchange
    (booking_id, exchange_id, version, hold_id, fee, charge, refund, made_at, offer, units, former)
SELECT booking_id, gen_random_uuid(), 1, gen_random_uuid(), 0, 0, 0, now(), offer, units,
       json_build_object('offer', offer::json, 'passengers', passengers::json, 'units', units::json)::text
FROM bookings.booking_detail
"""


async def travels(database: Database, booking_id: str, days: int) -> None:
    """Move the journey to so many days before or after that moment."""
    day = day_number((SOON + timedelta(days=days)).date())
    await database.execute(
        "UPDATE bookings.booking_item SET departure_id = $2 WHERE booking_id = $1",
        UUID(booking_id),
        departure_id(day, 1),
    )


async def dump(database: Database) -> str:
    tables = ("booking", "booking_detail", "booking_item", "exchange", "outbox", "charge", "saga_errors")
    texts = [await database.fetchval(f"SELECT string_agg(t::text, ' ') FROM bookings.{name} AS t") for name in tables]
    return " ".join(text or "" for text in texts)


async def test_nothing_of_who_travelled_is_left(process: Process) -> None:
    made = await process.booked()
    await process.database.execute("UPDATE bookings.booking SET owner_id = $1", uuid4())
    await process.database.execute(LEFT)
    await travels(process.database, made["booking_id"], -2)
    assert "Lovelace" in await dump(process.database)
    facts = await process.facts()
    assert await forget_passengers(process.database, SOON) == 1
    text = await dump(process.database)
    for told in ("Ada", "Lovelace", "ada@example.org"):
        assert told not in text
    assert await process.database.fetchval("SELECT count(*) FROM bookings.booking WHERE owner_id IS NOT NULL") == 0
    assert await process.facts() == facts, "seats, money and states are as they were"
    assert await forget_passengers(process.database, SOON) == 0, "once is enough"
    path = f"/v1/bookings/{made['locator']}"
    shown = (await process.http.get(path, headers=bearer(made["access_token"]))).json()
    assert [one["given_name"] for one in shown["passengers"]] == [""]


async def test_what_has_not_been_travelled_is_kept(process: Process) -> None:
    for days, forgotten in ((0, 0), (3, 0), (-1, 1)):
        made = await process.booked()
        await travels(process.database, made["booking_id"], days)
        assert await forget_passengers(process.database, SOON) == forgotten
    assert await process.database.fetchval("SELECT count(*) FROM bookings.booking_detail WHERE contact ~ '@'") == 2


async def test_what_was_booked_lately_is_kept_whenever_it_was_for(process: Process) -> None:
    made = await process.booked()
    await travels(process.database, made["booking_id"], -4000)
    assert await forget_passengers(process.database, SOON - timedelta(days=1)) == 0


async def test_many_are_forgotten_page_by_page(process: Process, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("wayfare.services.bookings.adapters.forgetting.BATCH", 2)
    for number in range(5):
        made = await process.booked()
        await travels(process.database, made["booking_id"], 5 if number == 2 else -5)
    assert await forget_passengers(process.database, SOON) == 4


async def test_the_report_counts_what_should_have_been_forgotten(process: Process) -> None:
    await upgrade(process.world.dsn, [UPKEEP])
    rules = {rule.data: rule for rule in retention_rules(-3, '{"email":""}')}
    made = (await process.book(body(await process.world.hold()), key="once")).json()
    for days, overdue in ((5, 0), (-2, 1)):
        await travels(process.database, made["booking_id"], days)
        state = await state_of(rules["passengers and contacts"], process.database)
        assert (state.rows, state.overdue, state.last_run) == (1, overdue, None)
    await forget_passengers(process.database, SOON)
    assert (await state_of(rules["passengers and contacts"], process.database)).overdue == 0
    answers = await state_of(rules["answers to repeated requests"], process.database)
    assert (answers.rows, answers.overdue) == (1, 0)
