"""What a load run is told and what it reports: plain frozen data that crosses a process boundary as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

LOOPBACK = "127.0.0.1"
"""The only host a benchmark talks to."""

ScriptName = Literal["bookings", "holds", "searches"]


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """One closed-loop run: `clients` connections, each with one request under way at a time.

    The window that is measured opens `warmup_s` after the last connection opened and lasts `duration_s`, or
    until `count_max` scripts were done in it.
    """

    port: int
    script: ScriptName
    clients: int
    duration_s: float
    warmup_s: float = 1.0
    count_max: int | None = None
    think_s: float = 0.0
    """Mean pause of a user before each request; drawn evenly from half to one and a half of it."""
    offers: tuple[str, ...] = ()
    """Offer ids for the scripts that hold, one passenger each; chosen at random per hold."""
    paths: tuple[str, ...] = ()
    """Request targets (path and query) for the searches script, chosen at random."""
    tokens: tuple[str, ...] = ()
    """Bearer tokens, dealt to the clients in turn; none: requests go out as a guest's."""
    connections_per_s: float = 1000.0
    answer_timeout_s: float = 20.0
    drain_s: float = 10.0
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse a plan that could not run; raises ValueError."""
        if self.script != "searches" and not self.offers:
            raise ValueError(f"the {self.script} script needs offers")
        if self.script == "searches" and not self.paths:
            raise ValueError("the searches script needs paths")
        if self.clients < 1 or self.duration_s <= 0 or self.connections_per_s <= 0:
            raise ValueError("clients, duration_s and connections_per_s must be positive")


@dataclass(frozen=True, slots=True)
class StepReport:
    """Latencies of one step over the measured window, in milliseconds."""

    count: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one run measured. Everything but the `…_total` fields counts the window only."""

    script: str
    clients: int
    think_s: float
    window_s: float
    done: int
    done_per_s: float
    steps: dict[str, StepReport]
    """Latencies by step: hold, book and both (their sum, without think time), or search. Successes only."""
    statuses: dict[str, dict[str, int]]
    """HTTP statuses by step."""
    refusals: dict[str, int]
    """Problem codes of answers other than success, for example sold_out or units_taken."""
    sold_out: int
    errors: int
    """Answers of 500 and above."""
    lost_connections: int
    timeouts: int
    workers: dict[str, int]
    """Answers by the x-worker header, where the server sends it."""
    bytes_received: int
    generator_cpu_share: float
    """Processor seconds of the generator process per second of the window: 1.0 is one full core."""
    ended_by: str
    """duration, count, or offers_exhausted."""
    done_total: int
    """Scripts done from first to last, warm-up and drain included: what the database must hold."""
    holds_total: int
    failures_by_example: dict[str, str] = field(default_factory=dict)
    """The first body seen of each refusal, cut at 300 characters."""


@dataclass(frozen=True, slots=True)
class Headroom:
    """What the generator can drive at most, measured against a server that does nothing."""

    clients: int
    done_per_s: float
    requests_per_s: float
    generator_cpu_share: float

    def sentence(self, report: LoadReport) -> str:
        """Say in words how far a run stayed below the generator's own limit."""
        return (
            f"generator could drive {self.done_per_s:,.0f}/s, drove {report.done_per_s:,.0f}/s, "
            f"used {report.generator_cpu_share:.2f} of a core"
        )
