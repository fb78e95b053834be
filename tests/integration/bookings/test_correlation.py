"""What is logged about a booking carries the id of the request it came from, also when recovery ends it."""

from __future__ import annotations

from typing import Any

import pytest

from integration.bookings.world import World, body
from wayfare.infrastructure.telemetry import correlation_id
from wayfare.services.bookings.application import run_saga


class Lines:
    """Stands where the logger does: event, correlation id, facts."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, Any]]] = []

    def info(self, event: str, **facts: Any) -> None:
        self.seen.append((event, correlation_id.get(), facts))


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    made = Lines()
    monkeypatch.setattr(run_saga, "log", made)
    return made


async def test_a_booking_is_told_once_with_all_its_ids(world: World, lines: Lines) -> None:
    async with world.process() as process:
        answer = await process.booked()
        (facts,) = await process.facts()
    ((event, _, told),) = lines.seen
    assert event == "booking.ticketed"
    assert told == {
        "booking_id": answer["booking_id"],
        "locator": answer["locator"],
        "payment_id": str(facts.payment_id),
        "hold_id": str(facts.hold_id),
    }


async def test_recovery_goes_on_under_the_id_of_the_request(world: World, lines: Lines) -> None:
    async with world.process() as process:
        before = correlation_id.set("the request")
        assert (await process.book(body(await world.hold(), "tok_timeout"))).status_code == 202
        correlation_id.set("another card")
        declined = await world.hold()
        await process.book(body(declined, "tok_declined"))
        assert (await process.book(body(declined, "tok_timeout"))).status_code == 202
        correlation_id.reset(before)
        lines.seen.clear()
        await process.recover()
        assert sorted(found[:2] for found in lines.seen) == [
            ("booking.ticketed", "another card"),
            ("booking.ticketed", "the request"),
        ]
        assert correlation_id.get() == ""
