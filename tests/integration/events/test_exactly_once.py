"""10,000 events, with the relay and the consumer killed at random: each handled once in effect, in order per key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integration.events.brokers import BROKERS, broker_url
from integration.events.killing import run_through

EVENTS, KILLS = 10_000, 12


@pytest.fixture(params=BROKERS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with broker_url(request.param) as url:
        yield url


@pytest.mark.slow
async def test_each_event_is_handled_once_and_in_order(url: str, events_dsn: str) -> None:
    count, kills = EVENTS, KILLS
    report = await run_through(events_dsn, url, relays=not url.startswith("postgres"), count=count, kills=kills)
    print(url.partition(":")[0], report)
    assert report["written"] == report["turns"] == count
    assert report["effects"] == report["distinct_effects"] == count
    assert report["out_of_order"] == 0
    assert (report["waiting"], report["dead"]) == (0, 0)
    assert sum(report["killed"].values()) == kills
