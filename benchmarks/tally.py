"""What the clients of one load run share: latencies, counts, the offers still for sale, the open window."""

from __future__ import annotations

import random
import resource
from array import array
from collections import Counter
from time import perf_counter_ns

import numpy as np
import numpy.typing as npt

from benchmarks.plan import LoadPlan, LoadReport, StepReport

SAMPLES_AT_FIRST = 1 << 17
EXAMPLE_LENGTH = 300


class Samples:
    """Latencies of one step in nanoseconds, in memory set aside beforehand (doubled when it runs full)."""

    __slots__ = ("count", "values")

    def __init__(self) -> None:
        self.values = array("q", bytes(8 * SAMPLES_AT_FIRST))
        self.count = 0

    def add(self, took_ns: int) -> None:
        if self.count == len(self.values):
            self.values.frombytes(bytes(8 * len(self.values)))
        self.values[self.count] = took_ns
        self.count += 1

    def report(self) -> StepReport:
        return summarise(np.frombuffer(self.values, dtype=np.int64)[: self.count])


def summarise(taken_ns: npt.NDArray[np.int64]) -> StepReport:
    """Percentiles by linear interpolation (numpy's default); zeros where nothing was measured."""
    if taken_ns.size == 0:
        return StepReport(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    taken_ms = taken_ns / 1e6
    p50, p95, p99 = (round(float(x), 3) for x in np.percentile(taken_ms, (50, 95, 99)))
    mean, largest = round(float(taken_ms.mean()), 3), round(float(taken_ms.max()), 3)
    return StepReport(int(taken_ns.size), mean, p50, p95, p99, largest)


def cpu_s() -> float:
    """Processor seconds this process used so far, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Tally:
    """Shared by all clients of a run; `measuring` is true while the window is open."""

    def __init__(self, plan: LoadPlan, steps: tuple[str, ...]) -> None:
        self.plan = plan
        self.random = random.Random(plan.seed)
        self.offers = list(plan.offers)
        self.step_names = steps
        self.samples = {name: Samples() for name in steps}
        self.statuses: dict[str, Counter[int]] = {name: Counter() for name in steps}
        self.refusals: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.workers: Counter[str] = Counter()
        self.measuring = False
        self.stopping = False
        self.ended_by = "duration"
        self.done = self.done_total = self.holds_total = 0
        self.sold_out = self.errors = self.lost_connections = self.timeouts = self.bytes_received = 0
        self._opened_ns = self._closed_ns = 0
        self._cpu_opened_s = self._cpu_used_s = 0.0

    def open_window(self) -> None:
        self._opened_ns, self._cpu_opened_s = perf_counter_ns(), cpu_s()
        self.measuring = True

    def close_window(self) -> None:
        if self.measuring:
            self.measuring = False
            self._closed_ns, self._cpu_used_s = perf_counter_ns(), cpu_s() - self._cpu_opened_s

    def finish(self, reason: str) -> None:
        """End the run early: close the window and let every client stop after its script."""
        if not self.stopping:
            self.ended_by = reason
            self.close_window()
            self.stopping = True

    def script_done(self) -> None:
        self.done_total += 1
        if self.measuring:
            self.done += 1
            if self.plan.count_max is not None and self.done >= self.plan.count_max:
                self.finish("count")

    def refused(self, status: int, code: str, body: bytes) -> None:
        """Count an answer other than success; `code` is the problem's code, or empty."""
        name = code or str(status)
        if name not in self.examples:
            self.examples[name] = body[:EXAMPLE_LENGTH].decode("utf-8", "replace")
        if not self.measuring:
            return
        self.refusals[name] += 1
        if name == "sold_out":
            self.sold_out += 1
        if status >= 500:
            self.errors += 1

    def drop_offer(self, offer: str) -> None:
        """Take an offer off the list for all clients; the last one gone ends the run."""
        if offer in self.offers:
            self.offers.remove(offer)
        if not self.offers:
            self.finish("offers_exhausted")

    def report(self) -> LoadReport:
        window_s = (self._closed_ns - self._opened_ns) / 1e9
        steps = {name: samples.report() for name, samples in self.samples.items()}
        return LoadReport(
            script=self.plan.script,
            clients=self.plan.clients,
            think_s=self.plan.think_s,
            window_s=round(window_s, 4),
            done=self.done,
            done_per_s=round(self.done / window_s, 1) if window_s > 0 else 0.0,
            steps=steps,
            statuses={
                name: {str(status): n for status, n in sorted(counts.items())}
                for name, counts in self.statuses.items()
                if counts
            },
            refusals=dict(self.refusals),
            sold_out=self.sold_out,
            errors=self.errors,
            lost_connections=self.lost_connections,
            timeouts=self.timeouts,
            workers=dict(sorted(self.workers.items())),
            bytes_received=self.bytes_received,
            generator_cpu_share=round(self._cpu_used_s / window_s, 3) if window_s > 0 else 0.0,
            ended_by=self.ended_by,
            done_total=self.done_total,
            holds_total=self.holds_total,
            failures_by_example=self.examples,
        )
