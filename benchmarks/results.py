"""What a benchmark run found: plain data, kept as JSON in results/latest.json."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from benchmarks.pgbench_peer import PeerReport
from benchmarks.plan import Headroom, LoadReport, StepReport

RESULTS = Path(__file__).resolve().parent / "results"
LATEST = RESULTS / "latest.json"

Shape = Literal["spread", "hot"]


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured."""

    cpu_model: str
    cores: int
    memory_gb: float
    system: str
    python: str
    postgres: str


@dataclass(frozen=True, slots=True)
class BookingRun:
    """Full bookings at one number of clients: spread over many departures, or all on one."""

    shape: Shape
    report: LoadReport


@dataclass(frozen=True, slots=True)
class PlannerRun:
    """The planner alone, in one process, without HTTP or prices."""

    network: str
    connections: int
    latency: StepReport


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One feed imported by a new process."""

    feed: str
    stop_times: int
    wall_s: float
    cpu_s: float
    peak_rss_mb: float
    """The largest resident set of any one process of the import, in MiB."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A step's p95 while something is wrong, beside what it is in the same run when nothing is."""

    trouble: str
    step: str
    normal_p95_ms: float
    disturbed_p95_ms: float
    count: int
    """Answers measured while it was wrong."""

    @property
    def ratio(self) -> float:
        return self.disturbed_p95_ms / self.normal_p95_ms if self.normal_p95_ms and self.count else float("inf")


@dataclass(frozen=True, slots=True)
class AccountsRun:
    """Full bookings per second by guests and by logged-in customers, in turns in one run."""

    clients: int
    guests_per_s: float
    customers_per_s: float


@dataclass(frozen=True, slots=True)
class WaitingRun:
    """A sale behind a waiting room. Rates: visitors let in per second, while there were seats and afterwards."""

    visitors: int
    seats: int
    rate: float
    rate_after: float
    booked: int
    sold_out: int
    others: dict[str, int]
    """Visitors who got neither a seat nor an honest "sold out", by what they got instead."""
    sold_twice: int
    arrival_order_s: float
    entry_order_s: float
    went_back: int
    """Visitors who were told a later position than before."""
    asked: int
    """Requests for how far the queue has come."""
    bookings_by_second: list[int]
    shown: list[tuple[int, float, float, bool]]
    """Some visitors, for the chart: number, came, let in (seconds), whether he got a seat."""


@dataclass(slots=True)
class Results:
    """One run of the benchmarks; sections that were not asked for or could not run are empty."""

    measured_at: str
    machine: Machine
    quick: bool = False
    headroom: list[Headroom] = field(default_factory=list)
    bookings: list[BookingRun] = field(default_factory=list)
    users: LoadReport | None = None
    """1,000 users who think half a second."""
    accounts: AccountsRun | None = None
    peer: list[PeerReport] = field(default_factory=list)
    searches: LoadReport | None = None
    planner: PlannerRun | None = None
    imported: ImportRun | None = None
    disturbances: list[Disturbance] = field(default_factory=list)
    waiting_room: WaitingRun | None = None
    skipped: dict[str, str] = field(default_factory=dict)
    """Sections that could not run, with the reason."""

    def booking(self, shape: Shape, clients: int) -> LoadReport | None:
        """The run of this shape at this number of clients, where there is one."""
        for run in self.bookings:
            if run.shape == shape and run.report.clients == clients:
                return run.report
        return None

    def best_peer(self, variant: str) -> PeerReport | None:
        """pgbench's best rate in this variant."""
        return max(
            (report for report in self.peer if report.variant == variant),
            key=lambda report: report.bookings_per_s,
            default=None,
        )


def new_results(postgres: str, *, quick: bool = False) -> Results:
    """Empty results of this machine, dated now."""
    return Results(datetime.now(UTC).isoformat(timespec="seconds"), this_machine(postgres), quick)


def this_machine(postgres: str) -> Machine:
    """Facts of this machine from /proc, with Python's own answers where there is none."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(
        cpu_model=_cpu_model(),
        cores=os.cpu_count() or 1,
        memory_gb=round(pages / 2**30, 1),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        postgres=postgres,
    )


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def store(results: Results, path: Path = LATEST) -> None:
    """Write the results whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".tmp")
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
    partial.replace(path)


def load(path: Path = LATEST) -> Results:
    """Read stored results; raises FileNotFoundError and msgspec.ValidationError."""
    return msgspec.json.decode(path.read_bytes(), type=Results)
