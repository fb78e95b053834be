"""What a dead process left is taken up in seconds; what waits for a customer ends by webhook or by look-up."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import httpx2
import pytest

from system.faults.assassin import Death
from system.faults.conftest import Campaign
from system.faults.ground import PATIENCE_S, PRICE, Ground, Site, own_port
from system.harness import run_wayfare
from wayfare.services.bookings.adapters.store import LEASE_S

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults-0")]


async def ticketed(site: Site) -> float:
    """Waits for it; how many seconds it took."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_S:
        state = await site.fetchval("SELECT state FROM bookings.booking")
        if state == 2 and not await site.fetchval("SELECT count(*) FROM bookings.open_saga"):
            return time.monotonic() - started
        await asyncio.sleep(0.05)
    raise AssertionError(f"it was not ticketed in {PATIENCE_S} s:\n{site.tail()}")


async def check(site: Site) -> None:
    """One charge, captured once, and all records agree."""
    (charge,) = await site.charges()
    assert (charge["state"], charge["captured"], charge["refunded"]) == ("captured", PRICE, 0)
    assert not await site.doctor()


async def timeline(site: Site, *options: str) -> str:
    """What `wayfare timeline` prints about the booking."""
    settings = site.settings(0)
    folder = Path(settings.pop("data_dir"))
    locator = str(await site.fetchval("SELECT locator FROM bookings.booking"))
    shown = await asyncio.to_thread(run_wayfare, "timeline", locator, *options, data_dir=folder, **settings)
    assert shown.returncode == 0, shown.stderr
    return shown.stdout


async def take_over(ground: Ground) -> tuple[float, str, str]:
    """How long it took, and what the operator sees."""
    async with ground.site() as site:
        doomed = await site.serve_doomed(Death("payments.capture", "before"))
        await site.serve(port=own_port())
        asked = asyncio.create_task(site.book(await site.hold(), "tok_approved", "k"))
        assert await doomed.end() == -9
        elapsed_s = await ticketed(site)
        await asked
        await check(site)
        return elapsed_s, await timeline(site), await timeline(site, "--json")


def test_a_living_process_takes_over(campaign: Campaign) -> None:
    elapsed_s, text, json_text = campaign.run(take_over).result()
    print(f"taken over and ticketed {elapsed_s:.1f} s after the death of the other process\n{text}")
    assert elapsed_s < LEASE_S + 5
    assert "attempt 1: resumed: " in text
    found = json.loads(json_text)
    assert found["total"] == {"amount": "59.90", "currency": "EUR"}
    assert [entry["what"] for entry in found["entries"]] == [
        "booking.created", "payment.authorised", "payment.captured", "booking.confirmed", "resume",
    ]  # fmt: skip
    assert found["open_work"] is None


async def customer_confirms(ground: Ground, *, token: str, look_up: bool) -> int:
    """How many webhooks were acted on."""
    async with ground.site() as site:
        await site.serve()
        hold_id = await site.hold()
        pending = await site.book(hold_id, token, "k")
        assert pending is not None
        assert pending.status_code == 202, pending.text
        if not look_up:  # after some more of them the next look-up would be as far away as this
            await site.connection.execute("UPDATE bookings.open_saga SET due_at = now() + interval '10 minutes'")
        async with httpx2.AsyncClient(verify=False) as customer:
            page = await customer.post(pending.json()["next_action"]["url"], data={"result": "approved"})
            assert page.is_success
        await ticketed(site)
        while token.endswith("+late") and not await site.fetchval("SELECT count(*) FROM payments.notice WHERE settled"):
            await asyncio.sleep(0.1)
        answer = await site.book(hold_id, token, "k")
        assert answer is not None
        assert answer.status_code == 201
        await check(site)
        return int(await site.fetchval("SELECT count(*) FROM payments.notice"))


@pytest.mark.parametrize(
    ("token", "look_up"),
    [
        pytest.param("tok_3ds", False, id="the webhook comes first"),
        pytest.param("tok_3ds+silent", True, id="no webhook ever comes"),
        pytest.param("tok_3ds+late", True, id="the webhook comes after the look-up"),
        pytest.param("tok_3ds+duplicate", True, id="webhooks twice, beside look-ups"),
    ],
)
def test_a_pending_payment_ends(campaign: Campaign, token: str, look_up: bool) -> None:
    notices = campaign.run(lambda ground: customer_confirms(ground, token=token, look_up=look_up)).result()
    assert (notices == 0) == token.endswith("+silent")
