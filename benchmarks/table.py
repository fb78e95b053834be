"""The results as tables: in the terminal, and as Markdown to paste into the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.plan import LoadReport, StepReport
from benchmarks.results import Results


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: a title, the heads of its columns, and rows of text."""

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure of the design beside what was measured; `ratio` of 1 or more meets it."""

    what: str
    goal: str
    measured: str
    ratio: float


def sheets(results: Results) -> list[Sheet]:
    """All tables that have rows."""
    made = [
        _goals_sheet(results),
        _bookings_sheet(results),
        _peer_sheet(results),
        _disturbances_sheet(results),
        _single_runs_sheet(results),
        _waiting_sheet(results),
        _headroom_sheet(results),
        Sheet("Not run", ("section", "reason"), sorted(results.skipped.items())),
    ]
    return [sheet for sheet in made if sheet.rows]


def goals(results: Results) -> list[Goal]:
    """The design's goals that this run has figures for."""
    found: list[Goal] = []
    spread, hot = results.booking("spread", 256), results.booking("hot", 256)
    if spread:
        found.append(_at_least("full bookings, 256 clients", 2500, spread.done_per_s, "/s"))
    if spread and hot and spread.done_per_s:
        found.append(_at_least("all on one train, of spread", 0.8, hot.done_per_s / spread.done_per_s, ""))
    if results.users:
        steps = results.users.steps
        found.append(_at_most("1,000 users thinking 0.5 s: hold p95", 50, steps["hold"].p95_ms, " ms"))
        found.append(_at_most("1,000 users thinking 0.5 s: book p95", 100, steps["book"].p95_ms, " ms"))
    if results.accounts:
        accounts = results.accounts
        found.append(_at_least("by customers, of guests", 0.9, accounts.customers_per_s / accounts.guests_per_s, ""))
    for disturbed in results.disturbances:
        if disturbed.trouble.startswith("gateway"):
            what = f"{disturbed.trouble}: {disturbed.step} p95, of normal"
            found.append(_at_most(what, 1.5, disturbed.ratio, ""))
    if results.planner:
        found.append(_at_most("planner p50", 1, results.planner.latency.p50_ms, " ms"))
    if results.searches:
        found.append(_at_least("offers", 2000, results.searches.done_per_s, "/s"))
        found.append(_at_most("offers p95", 25, results.searches.steps["search"].p95_ms, " ms"))
    if results.imported:
        found.append(_at_most("import of 307,000 stop_times", 8, results.imported.wall_s, " s"))
        found.append(_at_most("import, peak memory", 500, results.imported.peak_rss_mb, " MB"))
    return found


def _at_least(what: str, goal: float, measured: float, unit: str) -> Goal:
    return Goal(what, f"≥ {goal:,g}{unit}", f"{_number(measured)}{unit}", measured / goal)


def _at_most(what: str, goal: float, measured: float, unit: str) -> Goal:
    return Goal(what, f"≤ {goal:,g}{unit}", f"{_number(measured)}{unit}", goal / measured if measured else 0.0)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"


def _goals_sheet(results: Results) -> Sheet:
    rows = [(goal.what, goal.goal, goal.measured, f"{goal.ratio:.2f}×") for goal in goals(results)]
    return Sheet("Goals (1.00× or more meets the goal)", ("what", "goal", "measured", "ratio"), rows)


def _trio(step: StepReport) -> str:
    return f"{step.p50_ms:.1f} / {step.p95_ms:.1f} / {step.p99_ms:.1f}"


def _workers(report: LoadReport) -> str:
    total = sum(report.workers.values())
    return " : ".join(f"{round(100 * n / total)} %" for n in report.workers.values()) if total else "–"


def _booking_row(shape: str, report: LoadReport) -> tuple[str, ...]:
    bad = report.errors + report.lost_connections + report.timeouts
    sold_out_early = report.ended_by == "offers_exhausted"
    return (
        f"{shape}, sold out after {report.window_s:.1f} s" if sold_out_early else shape,
        f"{report.clients:,}",
        f"{report.done_per_s:,.0f}",
        *(_trio(report.steps[step]) for step in ("hold", "book", "both")),
        str(report.sold_out),
        str(bad),
        f"{report.generator_cpu_share:.2f}",
        _workers(report),
    )


def _bookings_sheet(results: Results) -> Sheet:
    rows = [_booking_row(run.shape, run.report) for run in results.bookings]
    if results.users:
        rows.append(_booking_row(f"thinking {results.users.think_s:g} s", results.users))
    return Sheet(
        "Full bookings over HTTP (latencies: p50 / p95 / p99 in ms)",
        (
            "shape",
            "clients",
            "bookings/s",
            "hold",
            "book",
            "both",
            "sold out",
            "errors",
            "generator",
            "workers",
        ),
        rows,
    )


def _peer_sheet(results: Results) -> Sheet:
    rows = [
        (
            report.variant,
            str(report.clients),
            f"{report.bookings_per_s:,.0f}",
            _trio(report.latency),
            f"{report.pgbench_cpu_share:.2f}",
        )
        for report in results.peer
    ]
    return Sheet(
        "pgbench, one transaction per booking, without HTTP (p50 / p95 / p99 in ms)",
        ("variant", "clients", "bookings/s", "transaction", "pgbench"),
        rows,
    )


def _disturbances_sheet(results: Results) -> Sheet:
    rows = [
        (
            beside.trouble,
            beside.step,
            f"{beside.normal_p95_ms:.1f}",
            f"{beside.disturbed_p95_ms:.1f}",
            f"{beside.ratio:.2f}×",
            f"{beside.count:,}",
        )
        for beside in results.disturbances
    ]
    return Sheet(
        "While something is wrong (p95 in ms, in turns in one run)",
        ("what is wrong", "step", "without it", "with it", "ratio", "answers"),
        rows,
    )


def _single_runs_sheet(results: Results) -> Sheet:
    rows: list[tuple[str, ...]] = []
    if results.accounts:
        run = results.accounts
        what = f"full bookings by guests, by logged-in customers, {run.clients} clients, in turns"
        rows.append((what, f"{run.guests_per_s:,.0f}/s, {run.customers_per_s:,.0f}/s", ""))
    if results.searches:
        report = results.searches
        what = f"GET /v1/offers, {report.clients} clients"
        rows.append((what, f"{report.done_per_s:,.0f}/s", f"{_trio(report.steps['search'])} ms"))
    if results.planner:
        planner = results.planner
        what = f"planner alone, {planner.network}, {planner.connections:,} connections"
        rows.append((what, f"{planner.latency.count:,} queries", f"{_trio(planner.latency)} ms"))
    if results.imported:
        done = results.imported
        what = f"import of {done.feed}, {done.stop_times:,} stop_times"
        rows.append((what, f"{done.wall_s:.1f} s", f"{done.peak_rss_mb:,.0f} MiB"))
    return Sheet("Accounts, searches, planner, import", ("what", "amount", "p50 / p95 / p99, memory"), rows)


def _waiting_sheet(results: Results) -> Sheet:
    run, rows = results.waiting_room, list[tuple[str, str]]()
    if run:
        selling = run.bookings_by_second[1:-1] or [0]  # the first and the last second are not whole
        rows = [
            ("visitors, seats", f"{run.visitors:,}, {run.seats:,}"),
            (
                "booked, told “sold out”, anything else",
                f"{run.booked:,}, {run.sold_out:,}, {sum(run.others.values()):,}",
            ),
            ("seats sold twice", f"{run.sold_twice}"),
            ("came before somebody with an earlier number, by at most", f"{run.arrival_order_s:.2f} s"),
            ("let in (and knew it) after somebody with a later number, by at most", f"{run.entry_order_s:.2f} s"),
            ("told a later position than before", f"{run.went_back}"),
            (f"bookings per second at {run.rate:g}/s let in, least and most", f"{min(selling)} – {max(selling)}"),
            ("times a visitor asked how far it is", f"{run.asked / run.visitors:.1f}"),
        ]
    return Sheet("A sale behind a waiting room", ("what", "measured"), rows)


def _headroom_sheet(results: Results) -> Sheet:
    rows = [
        (
            f"{room.clients:,}",
            f"{room.done_per_s:,.0f}/s",
            f"{room.requests_per_s:,.0f}/s",
            f"{room.generator_cpu_share:.2f}",
        )
        for room in results.headroom
    ]
    return Sheet(
        "The load generator's own limit, against a server that does nothing",
        ("clients", "bookings", "requests", "of a core"),
        rows,
    )


def markdown(results: Results) -> str:
    """All tables in Markdown, with where and when they were measured."""
    machine = results.machine
    parts = [
        f"Measured {results.measured_at} on {machine.cpu_model}, {machine.cores} cores, "
        f"{machine.memory_gb:g} GB, {machine.system}; Python {machine.python}, PostgreSQL {machine.postgres}"
        f"{'; quick run' if results.quick else ''}."
    ]
    for sheet in sheets(results):
        lines = [f"**{sheet.title}**", "", _line(sheet.heads), _line(["---"] * len(sheet.heads))]
        parts.append("\n".join([*lines, *(_line(row) for row in sheet.rows)]))
    return "\n\n".join(parts) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def show(results: Results, console: Console | None = None) -> None:
    """Print all tables to the terminal."""
    console = console or Console()
    for sheet in sheets(results):
        table = Table(title=sheet.title, title_justify="left", title_style="bold")
        for head in sheet.heads:
            table.add_column(head)
        for row in sheet.rows:
            table.add_row(*row)
        console.print(table)
