"""The sections of a benchmark run: each takes how long it may run and fills its place in the results."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.accounts_section import HOLDS_OPEN_MAX, measure_accounts
from benchmarks.loadgen import calibrate, run_load
from benchmarks.pgbench_peer import run_all, scratch_database
from benchmarks.plan import LoadPlan
from benchmarks.planner_section import measure_planner
from benchmarks.resilience_section import measure_resilience
from benchmarks.results import BookingRun, ImportRun, Results
from benchmarks.server import (
    SectionUnavailable,
    hot_offers,
    running_server,
    search_paths,
    spread_offers,
    travel_dates,
    wayfare_command,
)
from benchmarks.waiting_section import measure_waiting_room

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = Path(os.environ.get("WAYFARE_SHARED_DATA", ROOT.parent / "shared" / "data"))
PLANNER_FEED = SHARED_DATA / "rail" / "db-fernverkehr-2016.zip"
LARGE_FEED = SHARED_DATA / "rail" / "metro-north-2026-LARGE.zip"


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds per run and the numbers of clients to try."""

    seconds: float
    warmup_s: float
    clients: tuple[int, ...]
    peer_s: int
    workers: int = 2


FULL = Budget(seconds=7.0, warmup_s=1.5, clients=(1, 16, 64, 256, 1000), peer_s=6)
QUICK = Budget(seconds=3.0, warmup_s=1.0, clients=(256,), peer_s=2)


def headroom(budget: Budget, results: Results) -> None:
    """The generator's own limit, at the most important number of clients and the largest."""
    for clients in sorted({256, budget.clients[-1]}):
        results.headroom.append(calibrate(clients, 2.0))


def bookings(budget: Budget, results: Results) -> None:
    """Full bookings spread and hot at every number of clients, then by customers, then 1,000 users who think."""
    with running_server(workers=budget.workers, settings={"holds_open_customer_max": str(HOLDS_OPEN_MAX)}) as server:
        offers = tuple(spread_offers(server, travel_dates(14, 21)))
        hot_days = travel_dates(40, len(budget.clients))
        for clients, hot_day in zip(budget.clients, hot_days, strict=True):
            common = {"port": server.port, "clients": clients}
            report = run_load(_plan(budget, **common, offers=offers))
            results.bookings.append(BookingRun("spread", report))
            report = run_load(_plan(budget, **common, offers=tuple(hot_offers(server, hot_day))))
            results.bookings.append(BookingRun("hot", report))
        plan = replace(_plan(budget, port=server.port, clients=256, offers=offers), duration_s=budget.seconds / 2)
        results.accounts = measure_accounts(server, plan)
        results.users = run_load(_plan(budget, port=server.port, clients=1000, offers=offers, think_s=0.5))


def _plan(budget: Budget, *, port: int, clients: int, offers: tuple[str, ...], think_s: float = 0.0) -> LoadPlan:
    return LoadPlan(
        port=port,
        script="bookings",
        clients=clients,
        duration_s=budget.seconds,
        warmup_s=budget.warmup_s + think_s,
        think_s=think_s,
        offers=offers,
        seed=clients,
    )


def peer(budget: Budget, results: Results) -> None:
    """pgbench with one transaction per booking, on a server of its own with Wayfare's settings."""
    with scratch_database() as dsn:
        results.peer.extend(run_all(dsn, budget.peer_s))


def searches(budget: Budget, results: Results) -> None:
    """GET /v1/offers over the demo network, 32 clients."""
    with running_server(workers=budget.workers) as server:
        plan = LoadPlan(
            port=server.port,
            script="searches",
            clients=32,
            duration_s=budget.seconds,
            warmup_s=budget.warmup_s,
            paths=tuple(search_paths(travel_dates(14, 21))),
        )
        results.searches = run_load(plan)


MEASURE_CHILD = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=sys.stderr)
wall_s = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command cost, its own children included; the peak is that of the largest single process."""

    wall_s: float
    cpu_s: float
    peak_rss_mb: float


def measure(command: list[str], environment: Mapping[str, str]) -> Measured:
    """Run a command under a small process of its own, whose children are this command alone.

    Raises SectionUnavailable with the end of its output when it fails.
    """
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", MEASURE_CHILD, *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SectionUnavailable(done.stderr[-1500:])
    code, wall_s, cpu_s, peak_rss = json.loads(done.stdout)
    if code != 0:
        raise SectionUnavailable(f"{' '.join(command)} ended with {code}: {done.stderr[-1500:]}")
    per_mib = 2**20 if sys.platform == "darwin" else 2**10  # ru_maxrss: bytes there, KiB on Linux
    return Measured(wall_s, cpu_s, peak_rss / per_mib)


def import_feed(budget: Budget, results: Results) -> None:  # noqa: ARG001  a section
    """Import metro-north into a new data folder: time and peak memory of `wayfare import gtfs`."""
    if not LARGE_FEED.exists():
        raise SectionUnavailable(f"{LARGE_FEED.name} is not there; set WAYFARE_SHARED_DATA to its folder")
    with tempfile.TemporaryDirectory(prefix="wayfare-bench-") as folder:
        Path(folder).chmod(0o711)
        environment = {**os.environ, "WAYFARE_DATA_DIR": str(Path(folder) / "data")}
        cost = measure([wayfare_command(), "import", "gtfs", str(LARGE_FEED)], environment)
    results.imported = ImportRun(
        feed=LARGE_FEED.name,
        stop_times=_stop_times(LARGE_FEED),
        wall_s=round(cost.wall_s, 2),
        cpu_s=round(cost.cpu_s, 2),
        peak_rss_mb=round(cost.peak_rss_mb, 1),
    )


def _stop_times(feed: Path) -> int:
    with zipfile.ZipFile(feed) as archive, archive.open("stop_times.txt") as lines:
        return sum(1 for _ in lines) - 1


def planner(budget: Budget, results: Results) -> None:  # noqa: ARG001  a section
    """The planner alone on a day of German long-distance trains."""
    if not PLANNER_FEED.exists():
        raise SectionUnavailable(f"{PLANNER_FEED.name} is not there; set WAYFARE_SHARED_DATA to its folder")
    results.planner = measure_planner(PLANNER_FEED)


def resilience(budget: Budget, results: Results) -> None:
    """A hanging gateway beside searches and holds, a storm of searches beside bookings."""
    results.disturbances.extend(measure_resilience(budget.workers))


def waiting_room(budget: Budget, results: Results) -> None:
    """5,000 visitors behind a waiting room, for a train of 500 seats."""
    results.waiting_room = measure_waiting_room(budget.workers)


SECTIONS: dict[str, Callable[[Budget, Results], None]] = {
    "headroom": headroom,
    "peer": peer,
    "bookings": bookings,
    "searches": searches,
    "resilience": resilience,
    "planner": planner,
    "import": import_feed,
    "waiting-room": waiting_room,
}
"""By name, in the order they run."""
ONLY_WHEN_ASKED = frozenset({"waiting-room"})
"""They take too long for every run."""
