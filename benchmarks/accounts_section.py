"""Full bookings by guests and by logged-in customers, in turns on one server."""

from __future__ import annotations

import http.client
import json
import secrets
import subprocess
from dataclasses import replace
from urllib.parse import urlencode

from benchmarks.loadgen import run_load
from benchmarks.plan import LOOPBACK, LoadPlan
from benchmarks.results import AccountsRun
from benchmarks.server import Server, ServerFailed, environment_of, wayfare_command

CUSTOMERS = 4
HOLDS_OPEN_MAX = 1000
"""All customers' holds are counted, and none is refused."""
TURNS = 2


def measure_accounts(server: Server, plan: LoadPlan) -> AccountsRun:
    """The plan as guests, then as customers, and again. Raises ServerFailed."""
    known = replace(plan, tokens=tuple(_log_in(server, f"bench-{number}@example.org") for number in range(CUSTOMERS)))
    rates: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(TURNS):
        for logged_in, turn in ((False, plan), (True, known)):
            rates[logged_in].append(run_load(turn).done_per_s)
    return AccountsRun(plan.clients, sum(rates[False]) / TURNS, sum(rates[True]) / TURNS)


def _log_in(server: Server, address: str) -> str:
    """The access token of a new customer."""
    password = secrets.token_urlsafe(16)
    made = subprocess.run(
        [wayfare_command(), "user", "create", address, "--password-stdin"],
        env=environment_of(server.data_dir, {}),
        input=password,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise ServerFailed(f"wayfare user create: {made.stderr[-500:]}")
    form = urlencode({"grant_type": "password", "username": address, "password": password})
    connection = http.client.HTTPConnection(LOOPBACK, server.port, timeout=30)
    try:
        connection.request("POST", "/v1/auth/token", form, {"content-type": "application/x-www-form-urlencoded"})
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    if "access_token" not in answer:
        raise ServerFailed(f"no token for {address}: {answer}")
    return str(answer["access_token"])
