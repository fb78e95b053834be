"""Holds that came to nothing go after some time; those of bookings stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from integration.inventory.world import TINY, nothing_wrong, wants
from wayfare.contracts.inventory.api import ConfirmHold, InventoryApi, ReleaseHold
from wayfare.infrastructure.database import Database
from wayfare.services.inventory.adapters import hold_store
from wayfare.services.inventory.adapters.hold_store import PostgresHolds


async def test_ended_holds_go_and_no_others(
    inventory: InventoryApi, inventory_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold_store, "FORGET_BATCH", 2)
    held = [await inventory.place_hold(wants(TINY, 0, 5)) for _ in range(7)]
    for hold in held[:4]:
        await inventory.release_hold(ReleaseHold(hold.hold_id))
    await inventory.confirm_hold(ConfirmHold(held[4].hold_id, uuid4()))
    store, now = PostgresHolds(inventory_database), datetime.now(UTC)
    assert await store.forget_ended(now) == 0, "their time is not over"
    await inventory_database.execute("UPDATE inventory.hold SET expires_at = $1 WHERE state <> 0", now)
    assert await store.forget_ended(now + timedelta(seconds=1)) == 4
    left = {row[0] for row in await inventory_database.fetch("SELECT hold_id FROM inventory.hold")}
    assert left == {hold.hold_id for hold in held[4:]}
    await nothing_wrong(inventory)
