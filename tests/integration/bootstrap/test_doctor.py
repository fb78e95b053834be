"""The doctor finds each kind of damage between bookings, holds and payments, by its code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from integration.bookings.after_sales import Guest, changeable, on_another_day
from integration.bookings.world import Process, World, body, migrate
from wayfare.bootstrap.doctor import examine
from wayfare.contracts.inventory.api import Findings
from wayfare.kernel.ids import uuid7


@pytest.fixture
async def process(databases: Any, tmp_path: Path) -> AsyncIterator[Process]:
    """Three bookings: two passengers on two legs, a cancelled one, and one whose payment failed."""
    dsn = databases.create(databases.template("bookings", migrate))
    world = World(dsn, tmp_path)
    async with world.real_inventory(), world.process() as running:
        people = [{"given_name": name, "family_name": "Lovelace", "category": "adult"} for name in ("Ada", "Byron")]
        await running.booked(offer=world.offer(("adult", "adult"), legs=2), passengers=people)
        given_up = await running.booked()
        token = {"Authorization": f"Bearer {given_up['access_token']}"}
        assert (await running.http.delete(f"/v1/bookings/{given_up['locator']}", headers=token)).status_code == 200
        world.gateway.refuse.add("capture")
        assert (await running.book(body(await world.hold()))).status_code == 402
        yield running
    databases.drop(dsn)


async def findings(process: Process) -> Findings:
    return await examine(process.world.inventory, process.bookings.api, process.payments.api, second_look_s=0.0)


async def test_all_is_well(process: Process) -> None:
    found = await findings(process)
    assert found.findings == ()
    states = await process.database.fetch("SELECT state FROM bookings.booking ORDER BY state")
    assert [row["state"] for row in states] == [2, 3, 4]


COPY_PAYMENT = """
INSERT INTO payments.payment
    (payment_id, booking_id, amount, currency, state, method, token, gateway, gateway_ref, reason)
SELECT $1, booking_id, amount, currency, '{state}', method, token, gateway, gateway_ref, ''
FROM payments.payment WHERE booking_id = (SELECT booking_id FROM bookings.booking WHERE state = {booking})
"""
SOLD = "booking_id = (SELECT booking_id FROM bookings.booking WHERE state = 2)"


@pytest.mark.parametrize(
    ("damage", "codes"),
    [
        (COPY_PAYMENT.format(state="captured", booking=2), {"second_payment"}),
        (COPY_PAYMENT.format(state="captured", booking=4), {"payment_without_booking"}),
        (COPY_PAYMENT.format(state="authorised", booking=4), {"payment_left_authorised"}),
        (COPY_PAYMENT.format(state="authorised", booking=2), {"payment_left_authorised"}),
        (f"UPDATE payments.payment SET state = 'voided' WHERE {SOLD}", {"booking_without_payment"}),
        (f"UPDATE payments.payment SET amount = amount - 1 WHERE {SOLD}", {"payment_differs"}),
        ("UPDATE bookings.booking SET refunded = 1 WHERE state = 3", {"refund_differs"}),
        (
            f"""WITH hold AS (
                    UPDATE inventory.hold SET passenger = '{{}}', leg = '{{}}', departure_id = '{{}}', unit_no = '{{}}',
                        mask_lo = '{{}}', mask_hi = '{{}}' WHERE {SOLD})
                UPDATE inventory.occupancy SET taken_lo = 0, taken_hi = 0""",
            {"hold_without_units"},
        ),
        (f"UPDATE inventory.hold SET state = 2 WHERE {SOLD}", {"booking_without_units", "taken_without_hold"}),
        (f"UPDATE bookings.booking_item SET unit_no = unit_no + 9 WHERE {SOLD} AND item_no = 1", {"item_differs"}),
        (f"UPDATE bookings.booking_item SET unit_no = NULL WHERE {SOLD} AND item_no = 1", {"item_differs"}),
        (
            f"UPDATE bookings.booking_item SET departure_id = departure_id + 1 WHERE {SOLD} AND item_no = 1",
            {"item_differs"},
        ),
        (f"UPDATE bookings.booking_item SET to_call = to_call + 1 WHERE {SOLD} AND item_no = 1", {"item_differs"}),
        (f"DELETE FROM bookings.booking_item WHERE {SOLD}", {"items_missing", "item_differs"}),
        (f"DELETE FROM bookings.booking_item WHERE {SOLD} AND item_no = 4", {"items_missing", "item_differs"}),
        ("DELETE FROM bookings.booking_item WHERE NOT " + SOLD, {"items_missing"}),
        (f"DELETE FROM bookings.locator WHERE {SOLD}", {"locator_missing"}),
        (f"UPDATE bookings.locator SET booking_id = gen_random_uuid() WHERE {SOLD}", {"locator_missing"}),
        (f"DELETE FROM bookings.booking_detail WHERE {SOLD}", {"detail_missing"}),
        (
            f"""UPDATE bookings.booking_detail SET offer = replace(offer, '"second"', '"first"') WHERE {SOLD}""",
            {"hold_differs"},
        ),
        (
            f"""WITH item AS (UPDATE bookings.booking_item SET to_call = 1 WHERE {SOLD} AND leg_no = 0)
                UPDATE bookings.booking_detail SET offer = replace(offer, ',0,2,"second"', ',0,1,"second"')
                WHERE {SOLD}""",
            {"hold_differs"},
        ),
        ("UPDATE bookings.booking SET state = 0 WHERE state = 4", {"booking_without_saga"}),
        (f"UPDATE inventory.hold SET booking_id = gen_random_uuid() WHERE {SOLD}",
         {"booking_without_units", "orphaned_hold"}),
    ],
)  # fmt: skip
async def test_finds_damage(process: Process, damage: str, codes: set[str]) -> None:
    arguments: list[UUID] = [uuid7()] if "$1" in damage else []
    await process.database.execute(damage, *arguments)
    found = {finding.code for finding in (await findings(process)).findings}
    assert found - {"ledger_disagrees"} == codes  # the journal notices what is done to payments, too


@pytest.fixture
async def changed(databases: Any, tmp_path: Path) -> AsyncIterator[Process]:
    """A booking of three that was exchanged for a dearer trip and then given back by one of them."""
    dsn = databases.create(databases.template("bookings", migrate))
    world = World(dsn, tmp_path)
    async with world.real_inventory(), world.process() as running:
        offer = changeable(world, passengers=3)
        guest = await Guest.with_booking(running, offer, 3)
        quoted = await guest.exchange_offer(on_another_day(offer, 9000))
        assert (await guest.exchange(quoted["exchange_offer_id"], "tok_approved")).status_code == 200
        assert (await guest.cancel(2)).status_code == 200
        yield running
    databases.drop(dsn)


async def test_all_is_well_after_changes(changed: Process) -> None:
    assert (await findings(changed)).findings == ()


@pytest.mark.parametrize(
    ("damage", "codes"),
    [
        ("DELETE FROM bookings.charge", {"payment_differs", "second_payment", "refund_differs"}),
        ("UPDATE bookings.charge SET payment_id = gen_random_uuid()",
         {"booking_without_payment", "second_payment", "refund_differs"}),
        ("UPDATE bookings.booking SET refunded = refunded - 1, fees = fees + 1", {"refund_differs"}),
        ("UPDATE bookings.booking SET fees = fees + 1", {"kept_differs"}),
        ("UPDATE bookings.booking_item SET price = price + 1 WHERE state = 1", {"kept_differs"}),
        ("UPDATE bookings.booking_item SET state = 3 WHERE trip_no = 1 AND passenger_no = 0",
         {"item_differs", "hold_differs"}),
        ("UPDATE bookings.booking_item SET state = 1 WHERE trip_no = 1", {"hold_without_units"}),
        ("UPDATE inventory.hold SET state = 1 WHERE state = 2", {"second_hold", "hold_not_taken"}),
    ],
)  # fmt: skip
async def test_finds_damage_after_changes(changed: Process, damage: str, codes: set[str]) -> None:
    await changed.database.execute(damage)
    assert {finding.code for finding in (await findings(changed)).findings} == codes
