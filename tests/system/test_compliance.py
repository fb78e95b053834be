"""`wayfare compliance report` beside a running server, whose jobs carry the rules out."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from system.harness import Server, run_wayfare

pytestmark = pytest.mark.slow


def report(server: Server) -> list[dict[str, Any]]:
    done = run_wayfare("compliance", "report", "--json", data_dir=server.data_dir)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_rule_with_a_job_is_carried_out(server: Server) -> None:
    deadline = time.monotonic() + 60
    while waiting := [rule["job"] for rule in report(server) if rule["job"] and not rule["last_run"]]:
        assert time.monotonic() < deadline, waiting
        time.sleep(1)
    rules = report(server)
    assert {rule["service"] for rule in rules} >= {"audit", "bookings", "customers", "inventory", "notifications"}
    assert all(rule["overdue"] == 0 for rule in rules)
    assert {rule["then"] for rule in rules} == {"deleted", "anonymised", "kept"}
    assert all(rule["job"] for rule in rules if rule["then"] != "kept")


def test_for_people_it_is_a_table(server: Server) -> None:
    done = run_wayfare("compliance", "report", data_dir=server.data_dir)
    assert done.returncode == 0, done.stderr
    assert "passengers and contacts" in done.stdout
    assert "1095 days after the journey" in done.stdout
