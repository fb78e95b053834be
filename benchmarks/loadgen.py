"""A closed-loop HTTP/1.1 load generator cheap enough to share two cores with what it measures.

`run_load(plan)` runs it in a process of its own and returns what it measured; `calibrate()` measures what it
can drive at most. As a program (`python -m benchmarks.loadgen`) it is that process: a plan as JSON on
standard input, a report as JSON on standard output.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter, perf_counter_ns

import msgspec
import uvloop

from benchmarks.client import Client
from benchmarks.plan import LOOPBACK, Headroom, LoadPlan, LoadReport
from benchmarks.scripts import BookingScript, HoldScript, SearchScript
from benchmarks.standin import running_stand_in
from benchmarks.tally import Tally

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS: dict[str, type[BookingScript] | type[HoldScript] | type[SearchScript]] = {
    "bookings": BookingScript,
    "holds": HoldScript,
    "searches": SearchScript,
}
WATCH_EVERY_S = 0.25
RUN_ON_S = 60.0
"""How much longer than planned a generator process may take before it is ended."""


class LoadFailed(Exception):
    """The generator process ended without a report; carries what it wrote to standard error."""


def environment() -> dict[str, str]:
    """This process's environment, with the benchmarks importable."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


def run_load(plan: LoadPlan) -> LoadReport:
    """Run the plan in a new process and wait for it; raises LoadFailed."""
    allowed_s = plan.warmup_s + plan.duration_s + plan.clients / plan.connections_per_s + plan.drain_s + RUN_ON_S
    try:
        child = subprocess.run(
            [sys.executable, "-m", "benchmarks.loadgen"],
            input=msgspec.json.encode(plan),
            capture_output=True,
            cwd=ROOT,
            env=environment(),
            timeout=allowed_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LoadFailed(f"no report within {allowed_s:.0f} s") from error
    if child.returncode != 0:
        raise LoadFailed(child.stderr.decode("utf-8", "replace")[-2000:])
    return msgspec.json.decode(child.stdout, type=LoadReport)


def calibrate(clients: int = 256, duration_s: float = 3.0) -> Headroom:
    """Drive the bookings script against a stand-in that answers at once: the generator's own limit.

    The stand-in runs in a process of its own and costs about as much per request as the generator, so the
    rate is a lower bound where the generator's share stays under one core.
    """
    with running_stand_in() as port:
        plan = LoadPlan(
            port=port,
            script="bookings",
            clients=clients,
            duration_s=duration_s,
            warmup_s=min(1.0, duration_s / 3),
            offers=tuple(f"offer-{number:04d}-{'x' * 300}" for number in range(1000)),
        )
        report = run_load(plan)
    answers = sum(sum(counts.values()) for counts in report.statuses.values())
    return Headroom(
        clients=clients,
        done_per_s=report.done_per_s,
        requests_per_s=round(answers / report.window_s, 1),
        generator_cpu_share=report.generator_cpu_share,
    )


async def drive(plan: LoadPlan) -> LoadReport:
    """Run the plan in this process's event loop."""
    script_of = SCRIPTS[plan.script]
    tally = Tally(plan, script_of.steps)
    failures: list[BaseException] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: _note(failures, context))
    clients = [Client(tally, script_of(tally, number)) for number in range(plan.clients)]
    await _open(plan, clients)
    watch = asyncio.create_task(_watch(plan, tally, clients))
    try:
        await _wait(plan.warmup_s, tally, failures)
        if not tally.stopping:
            tally.open_window()
            await _wait(plan.duration_s, tally, failures)
        tally.finish("duration")
        await _drain(plan, clients, failures)
    finally:
        watch.cancel()
        for client in clients:
            client.close()
    return tally.report()


def _note(failures: list[BaseException], context: dict[str, object]) -> None:
    error = context.get("exception")
    failures.append(error if isinstance(error, BaseException) else RuntimeError(str(context.get("message"))))


async def _open(plan: LoadPlan, clients: list[Client]) -> None:
    """Open the connections one after another, no faster than asked, each starting at once."""
    began = perf_counter()
    for number, client in enumerate(clients):
        await _connect(plan, client)
        client.start()
        ahead_s = (number + 1) / plan.connections_per_s - (perf_counter() - began)
        if ahead_s > 0.001:
            await asyncio.sleep(ahead_s)


async def _connect(plan: LoadPlan, client: Client) -> None:
    await asyncio.get_running_loop().create_connection(lambda: client, LOOPBACK, plan.port)


async def _watch(plan: LoadPlan, tally: Tally, clients: list[Client]) -> None:
    """Give up on answers that are overdue, and connect again those who lost their connection."""
    timeout_ns = int(plan.answer_timeout_s * 1e9)
    while not tally.stopping:
        await asyncio.sleep(WATCH_EVERY_S)
        now_ns = perf_counter_ns()
        for client in clients:
            if client.overdue(now_ns, timeout_ns):
                tally.timeouts += tally.measuring
                client.abort()
            elif not client.connected and not client.idle and not tally.stopping:
                try:
                    await _connect(plan, client)
                except OSError:  # the server is gone for now: the next round tries again
                    break
                client.start()


async def _wait(seconds: float, tally: Tally, failures: list[BaseException]) -> None:
    until = perf_counter() + seconds
    while not tally.stopping and (left_s := until - perf_counter()) > 0:
        await asyncio.sleep(min(left_s, 0.05))
        if failures:
            raise failures[0]


async def _drain(plan: LoadPlan, clients: list[Client], failures: list[BaseException]) -> None:
    """Let scripts under way come to their end, so that no hold is left behind half-way."""
    until = perf_counter() + plan.drain_s
    while perf_counter() < until and any(client.connected and not client.idle for client in clients):
        await asyncio.sleep(0.02)
        if failures:
            raise failures[0]


def main() -> None:
    """The generator process."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=LoadPlan)
    gc.collect()
    gc.freeze()
    gc.disable()  # the hot loop makes no cycles; a collection would be measured as the server's latency
    report = uvloop.run(drive(plan))
    sys.stdout.buffer.write(msgspec.json.encode(report))


if __name__ == "__main__":
    main()
