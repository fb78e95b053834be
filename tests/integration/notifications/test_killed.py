"""The process that sends is killed again and again: everything arrives, under its id, in order per booking."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from integration.notifications.receiver import Receiver, Request
from integration.notifications.world import Desk, cancelled, created, outboxes, wait_until

BOOKINGS, KILLS = 100, 5
PATIENCE_S = 120.0
WORKER = Path(__file__).with_name("worker.py")


def start(dsn: str, folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(WORKER.parents[2])}
    command = [sys.executable, str(WORKER), dsn, str(folder)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
async def test_killed_in_the_middle_of_deliveries(
    desk: Desk, partner: Receiver, hooks_dsn: str, tmp_path: Path
) -> None:
    _, secret = await desk.add(partner.url)
    partner.secrets = {secret}
    chance = random.Random(4711)
    hung: set[str] = set()

    def answer(request: Request) -> int | str:
        """Every tenth message finds no answer the first time: the kill meets it in the middle."""
        if request.id not in hung and chance.random() < 0.1:
            hung.add(request.id)
            return "hang"
        return 204

    partner.answer = answer
    events = [made(number) for made in (created, cancelled) for number in range(1, BOOKINGS + 1)]
    worker = start(hooks_dsn, tmp_path)
    try:
        (bookings, _payments) = outboxes(desk.database)
        for some in range(0, len(events), 50):
            async with desk.database.transaction() as session:
                await bookings.write(session, events[some : some + 50])
        met: set[str] = set()
        for _ in range(KILLS):
            await wait_until(lambda met=met: hung - met, PATIENCE_S)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            met = set(hung)
            worker = start(hooks_dsn, tmp_path)
        partner.answer = lambda _: 204
        await wait_until(lambda: len(set(partner.ids())) == 2 * BOOKINGS, PATIENCE_S)
        pending = "SELECT count(*) FROM notifications.webhook_delivery WHERE state <> 'delivered'"
        async with asyncio.timeout(PATIENCE_S):
            while await desk.database.fetchval(pending):
                await asyncio.sleep(0.1)
    finally:
        worker.kill()
        worker.wait()
    check(partner, secret)


def check(partner: Receiver, secret: str) -> None:
    order: dict[str, list[str]] = defaultdict(list)
    for request in partner.requests:
        assert request.signed_by == {secret}
        order[request.event["subject"]].append(request.event["type"])
    assert set(order) == {str(UUID(int=number)) for number in range(1, BOOKINGS + 1)}
    for types in order.values():
        assert set(types) == {"booking.created", "booking.cancelled"}
        assert not any(pair == ("booking.cancelled", "booking.created") for pair in pairwise(types))
    copies = len(partner.requests) - 2 * BOOKINGS
    print(f"webhooks: {2 * BOOKINGS} events, {KILLS} kills, {copies} copies")
    assert copies >= KILLS
