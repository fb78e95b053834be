from __future__ import annotations

from uuid import uuid4

import pytest

from integration.inventory.world import COACH, DAY, TINY, TRAIN, wants
from wayfare.contracts.inventory.api import (
    CheckInventory,
    ConfirmHold,
    FindSold,
    InventoryApi,
    ListHolds,
    ReleaseHold,
)
from wayfare.infrastructure.database import Database


@pytest.fixture
async def sold(inventory: InventoryApi) -> InventoryApi:
    """Held, confirmed, partly and wholly given back."""
    await inventory.place_hold(wants(TINY, 0, 3, passengers=2))
    await inventory.place_hold(wants(COACH, 0, 3, "seat", passengers=2, day=DAY + 40))
    hold, booking = await inventory.place_hold(wants(TRAIN, passengers=3)), uuid4()
    await inventory.confirm_hold(ConfirmHold(hold.hold_id, booking))
    await inventory.release_hold(ReleaseHold(hold.hold_id, booking, (2,)))
    gone = await inventory.place_hold(wants(TRAIN, day=DAY + 3))
    await inventory.release_hold(ReleaseHold(gone.hold_id))
    return inventory


class TestCheck:
    async def test_finds_nothing_wrong(self, sold: InventoryApi) -> None:
        findings = await sold.check(CheckInventory())
        assert findings.findings == ()
        assert findings.checked == 8

    async def test_nothing_sold_is_nothing_wrong(self, inventory: InventoryApi) -> None:
        assert (await inventory.check(CheckInventory())).checked == 0

    @pytest.mark.parametrize(
        ("damage", "codes"),
        [
            ("UPDATE inventory.occupancy SET taken_hi = 1 WHERE taken_lo = 0", {"taken_without_hold"}),
            ("UPDATE inventory.occupancy SET taken_lo = taken_lo & ~1", {"hold_not_taken"}),
            ("DELETE FROM inventory.occupancy", {"hold_not_taken"}),
            ("DELETE FROM inventory.hold WHERE state = 0", {"taken_without_hold"}),
            ("UPDATE inventory.hold SET expires_at = now() - interval '2 minutes'", {"hold_not_expired"}),
            (
                """INSERT INTO inventory.hold SELECT
                   (overlay(hold_id::text placing '0' from 30))::uuid, state, created_at, expires_at, expires_s,
                   booking_id,
                   offer_token, fingerprint, passenger, leg, departure_id, unit_no, mask_lo, mask_hi
                   FROM inventory.hold WHERE state = 1 AND right(left(hold_id::text, 30), 1) <> '0'
                   UNION ALL SELECT (overlay(hold_id::text placing '1' from 30))::uuid, state, created_at, expires_at,
                   expires_s, booking_id, offer_token, fingerprint, passenger, leg, departure_id, unit_no, mask_lo,
                   mask_hi FROM inventory.hold WHERE state = 1 AND right(left(hold_id::text, 30), 1) = '0'""",
                {"sold_twice"},
            ),
        ],
    )
    async def test_finds_damage(
        self, sold: InventoryApi, inventory_database: Database, damage: str, codes: set[str]
    ) -> None:
        await inventory_database.execute(damage)
        findings = (await sold.check(CheckInventory())).findings
        assert {finding.code for finding in findings} == codes


class TestLists:
    async def test_confirmed_holds_by_page(self, sold: InventoryApi) -> None:
        for _ in range(4):
            hold = await sold.place_hold(wants(TRAIN))
            await sold.confirm_hold(ConfirmHold(hold.hold_id, uuid4()))
        first = (await sold.list_confirmed(ListHolds(None, 3))).holds
        second = (await sold.list_confirmed(ListHolds(first[-1].hold_id, 3))).holds
        ids = [hold.hold_id for hold in first + second]
        assert len(ids) == 5
        assert ids == sorted(ids)
        assert {hold.state for hold in first + second} == {"confirmed"}

    async def test_departures_with_anything_sold(self, sold: InventoryApi) -> None:
        found = await sold.find_sold(FindSold((TRAIN, COACH), DAY))
        assert [departure & 0xFFFFFFFF for departure in found.departure_ids] == [TRAIN, COACH]
        assert (await sold.find_sold(FindSold((TRAIN,), DAY + 1))).departure_ids == ()
