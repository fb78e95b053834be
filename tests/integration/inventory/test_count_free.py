"""Searches are answered while the database is away: by what was last seen, and said to be so."""

from __future__ import annotations

import pytest

from integration.inventory.world import TINY, departure, wants
from wayfare.contracts.inventory.api import CountFree, InventoryApi, LegRequest
from wayfare.infrastructure.service import Service
from wayfare.services.inventory.application import count_free

SEEN = CountFree((LegRequest(departure(TINY), 0, 1, ""),))
UNSEEN = CountFree((LegRequest(departure(), 0, 1, ""),))


class TestAway:
    async def test_the_last_picture_serves_or_all_that_is_on_sale(
        self, inventory: InventoryApi, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await inventory.place_hold(wants(TINY))
        now = await inventory.count_free(SEEN)
        assert now.current
        assert sum(now.free[0].values()) == sum(now.total[0].values()) - 1
        monkeypatch.setattr(count_free, "PICTURE_AGE_S", -1.0)  # no picture is young enough
        await service.stop()
        seen, unseen = await inventory.count_free(SEEN), await inventory.count_free(UNSEEN)
        assert (seen.current, seen.free, seen.total) == (False, now.free, now.total)
        assert (unseen.current, unseen.free) == (False, unseen.total)
        assert sum(unseen.total[0].values()) > 0
