"""`wayfare doctor` beside a gateway in a process of its own: its list, its fees, and a bank that takes money back."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx2
import pytest

from system.harness import WAYFARE, DemoCopies, Server, environment, free_port, run_wayfare
from system.world import Passenger, direct_trip, in_days

pytestmark = pytest.mark.slow

JOURNAL = """
SELECT sum(gateway)::bigint AS gateway, sum(gateway_fees)::bigint AS fees, sum(sales)::bigint AS sales,
       sum(chargebacks)::bigint AS chargebacks
FROM payments.journal
"""


class Town:
    """A server and its gateway."""

    def __init__(self, folder: Path) -> None:
        self.gateway_url = f"http://127.0.0.1:{free_port()}"
        settings = {"payment_gateway": "simulated_http", "payment_simulated_url": self.gateway_url}
        self.server = Server(folder, workers=1, **settings)
        self.file = folder.parent / "gateway.sqlite"
        self._settings = {
            "gateway_sim_file": str(self.file),
            "gateway_sim_fee_share": "0.02",
            "gateway_sim_webhook_url": f"{self.server.url}/v1/webhooks/payments/simulated_http",
        }
        self.doctor_settings = settings

    def start_gateway(self) -> subprocess.Popen[bytes]:
        port = self.gateway_url.rpartition(":")[2]
        log = self.file.with_suffix(".log").open("ab")
        return subprocess.Popen(
            [*WAYFARE, "gateway-sim", "--port", port],
            env=environment(self.server.data_dir, self._settings),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def doctor(self) -> subprocess.CompletedProcess[str]:
        return run_wayfare("doctor", data_dir=self.server.data_dir, **self.doctor_settings)


@pytest.fixture
def town(demo: DemoCopies) -> Iterator[Town]:
    with demo.copy() as folder:
        town = Town(folder)
        gateway = town.start_gateway()
        with town.server:
            yield town
        os.killpg(gateway.pid, signal.SIGTERM)
        gateway.wait(20)


async def test_the_doctor_compares_with_the_gateways_list(town: Town) -> None:
    async with httpx2.AsyncClient(base_url=town.server.url, timeout=60) as client:
        passenger = Passenger(client)
        found = await passenger.search("Berlin Hbf", "München Hbf", in_days(9))
        hold = await passenger.hold(direct_trip(found)["offers"][0]["offer_id"])
        booked = await passenger.book(hold.json()["hold_id"])
        assert booked.status_code == 201, booked.text
    well = town.doctor()
    assert well.returncode == 0, well.stdout

    connection = await asyncpg.connect((town.server.data_dir / "run" / "postgres.url").read_text().strip())
    with sqlite3.connect(town.file) as sim:
        charge, amount = sim.execute("SELECT id, captured FROM charge").fetchone()
    headers = {"authorization": "Bearer sim_key"}
    path = f"{town.gateway_url}/authorisations/{charge}/disputes"
    assert httpx2.post(path, json={"amount": amount}, headers=headers).status_code == 200
    deadline = time.monotonic() + 20
    while not await connection.fetchval("SELECT count(*) FROM payments.chargeback"):
        assert time.monotonic() < deadline, "the chargeback was not told"
        time.sleep(0.1)
    fee = round(amount * 0.02)
    row = await connection.fetchrow(JOURNAL)
    assert dict(row) == {"gateway": -fee, "fees": fee, "sales": -amount, "chargebacks": amount}
    assert await connection.fetchval("SELECT count(*) FROM payments.outbox WHERE type = 'payment.charged_back'") == 1
    await connection.close()
    assert town.doctor().returncode == 0

    with sqlite3.connect(town.file) as sim:
        sim.execute(
            "INSERT INTO charge (id, key, amount, currency, token, state, reason, captured, made_at) "
            "VALUES ('ch_x', 'somebody', 100, 'EUR', 'tok_approved', 'captured', '', 100, ?)",
            (time.time() - 600,),
        )
    ill = town.doctor()
    assert ill.returncode == 1
    assert "charge_unknown" in ill.stdout
    assert "1.00 EUR taken" in " ".join(ill.stdout.split())
    assert run_wayfare("doctor", "--gateway-days", "0", data_dir=town.server.data_dir).returncode == 0
