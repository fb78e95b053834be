"""What a gateway that hangs does to searches and holds, and what a storm of searches does to bookings.

Each trouble is switched on and off twice in turn on one server, so that what else the machine does hits both alike.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from benchmarks.loadgen import run_load
from benchmarks.plan import LOOPBACK, LoadPlan, LoadReport
from benchmarks.results import Disturbance
from benchmarks.server import (
    Server,
    ServerFailed,
    environment_of,
    free_port,
    running_server,
    search_paths,
    spread_offers,
    travel_dates,
    wayfare_command,
)

HANG_S = 30
"""A gateway told to hang answers nothing for far longer than any phase takes; clients give up on it before."""
PHASE_S, WARMUP_S = 1.3, 0.3
TURNS = 2
BOOKERS, HOLDERS, SEARCHERS, STORM = 24, 4, 4, 64
THINK_S = 0.1
CIRCUIT_OPEN_S = 0.5
BACK_WITHIN_S = 20.0
_GATEWAY_KEY = {"authorization": "Bearer sim_key"}


@contextmanager
def running_gateway() -> Iterator[int]:
    """`wayfare gateway-sim` in a process of its own; gives its port."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="wayfare-bench-gateway-") as folder:
        process = subprocess.Popen(
            [wayfare_command(), "gateway-sim", "--port", str(port)],
            env=environment_of(Path(folder), {"log_level": "warning"}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until(lambda: _behave(port, "ok"), "the simulated gateway did not start")
            yield port
        finally:
            process.terminate()
            process.wait()


def measure_resilience(workers: int) -> list[Disturbance]:
    """Both troubles on one server; about twenty seconds. Raises ServerFailed, LoadFailed."""
    with running_gateway() as gateway:
        settings = {
            "payment_gateway": "simulated_http",
            "payment_simulated_url": f"http://{LOOPBACK}:{gateway}",
            "payment_circuit_open_s": str(CIRCUIT_OPEN_S),
            "log_level": "warning",
        }
        with running_server(workers=workers, settings=settings) as server:
            dates = travel_dates(14, 21)
            offers, paths = tuple(spread_offers(server, dates, searches=40)), tuple(search_paths(dates))
            common = LoadPlan(server.port, "bookings", BOOKERS, PHASE_S, WARMUP_S, offers=offers, paths=paths)
            common = replace(common, think_s=THINK_S, drain_s=0.2)
            return [*_hanging_gateway(server, gateway, common), *_search_storm(common)]


def _hanging_gateway(server: Server, gateway: int, common: LoadPlan) -> list[Disturbance]:
    """Clients who book go on trying while others search, and others hold and let go."""
    plans = [
        common,
        replace(common, script="holds", clients=HOLDERS, seed=2),
        replace(common, script="searches", clients=SEARCHERS, seed=3),
    ]
    _at_once(plans)  # what is planned and read for the first time is not what is compared
    normal: list[list[LoadReport]] = []
    hanging: list[list[LoadReport]] = []
    for _ in range(TURNS):
        normal.append(_at_once(plans))
        _behave(gateway, "hang")
        hanging.append(_at_once(plans))
        _behave(gateway, "ok")
        _wait_until(lambda: _books(server, common.offers[0]), "bookings did not come back with the gateway")
    trouble = f"gateway hanging for {HANG_S} s"
    return [
        _disturbance(trouble, "search", [turn[2] for turn in normal], [turn[2] for turn in hanging]),
        _disturbance(trouble, "hold", [turn[1] for turn in normal], [turn[1] for turn in hanging]),
    ]


def _search_storm(common: LoadPlan) -> list[Disturbance]:
    """Bookings alone, then beside many clients who search without a pause."""
    storm = replace(common, script="searches", clients=STORM, think_s=0.0, seed=4)
    calm: list[LoadReport] = []
    stormy: list[LoadReport] = []
    for _ in range(TURNS):
        calm += _at_once([common])
        stormy.append(_at_once([common, storm])[0])
    trouble = f"{STORM} clients searching without pause"
    return [_disturbance(trouble, step, calm, stormy) for step in ("hold", "book")]


def _at_once(plans: Sequence[LoadPlan]) -> list[LoadReport]:
    with ThreadPoolExecutor(len(plans)) as pool:
        return list(pool.map(run_load, plans))


def _disturbance(trouble: str, step: str, normal: Sequence[LoadReport], disturbed: Sequence[LoadReport]) -> Disturbance:
    """The mean over the turns of the p95 of each."""
    without = fmean(report.steps[step].p95_ms for report in normal)
    beside = fmean(report.steps[step].p95_ms for report in disturbed)
    count = sum(report.steps[step].count for report in disturbed)
    return Disturbance(trouble, step, round(without, 2), round(beside, 2), count)


def _behave(gateway: int, mode: str) -> bool:
    """Tell the gateway how to behave; False when it does not answer."""
    return _request(gateway, "PUT", "/behaviour", {"mode": mode}, _GATEWAY_KEY) == 200


def _books(server: Server, offer: str) -> bool:
    """Whether bookings are possible again."""
    content = {
        "offer_id": offer,
        "passengers": [{"given_name": "Ada", "family_name": "Okafor", "category": "adult"}],
        "contact": {"email": "ada@example.org"},
        "payment": {"method": "card", "token": "tok_approved"},
    }
    return _request(server.port, "POST", "/v1/bookings", content) in (201, 409)


def _request(port: int, method: str, path: str, content: object, headers: Mapping[str, str] | None = None) -> int:
    """The status of one answer; 0 when there was none."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request(method, path, json.dumps(content), {**(headers or {}), "content-type": "application/json"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _wait_until(true: Callable[[], bool], complaint: str) -> None:
    until = time.monotonic() + BACK_WITHIN_S
    while not true():
        if time.monotonic() > until:
            raise ServerFailed(complaint)
        time.sleep(0.1)
