"""Charts of the results: bookings per second and latencies by clients, beside pgbench; SVG and PNG."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.plan import LoadReport
from benchmarks.results import RESULTS, Results, Shape, load

SPREAD, HOT, PEER = "#1f5fa8", "#c8501e", "#6b7280"
COLOURS: dict[Shape, str] = {"spread": SPREAD, "hot": HOT}
LABELS: dict[Shape, str] = {"spread": "over many departures", "hot": "all on one train"}
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e5e7eb",
    "axes.edgecolor": "#9ca3af",
    "svg.fonttype": "none",  # text stays text: small files, readable by screen readers
    "svg.hashsalt": "wayfare",  # the same results give the same file
}


def _runs(results: Results, shape: Shape) -> list[LoadReport]:
    reports = [run.report for run in results.bookings if run.shape == shape]
    return sorted(reports, key=lambda report: report.clients)


def draw(results: Results) -> Figure:
    """The figure; needs at least one booking run, raises ValueError without."""
    if not results.bookings:
        raise ValueError("no booking runs to draw")
    counts = sorted({run.report.clients for run in results.bookings})
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 3.6), layout="constrained", facecolor="white")
        rates, spread, hot = figure.subplots(1, 3, width_ratios=(1.25, 1, 1))
        _draw_rates(rates, results, counts)
        _draw_latencies(spread, results, "spread", counts)
        _draw_latencies(hot, results, "hot", counts)
        spread.sharey(hot)
        machine = results.machine
        figure.supxlabel(
            f"{machine.cores} cores of {machine.cpu_model} for server, PostgreSQL {machine.postgres} and "
            f"load generator · Python {machine.python} · {results.measured_at[:10]}",
            fontsize=7,
            color=PEER,
        )
    return figure


def _clients_axis(axes: Axes, counts: list[int]) -> None:
    axes.set_xscale("log", base=2)
    axes.set_xlim(counts[0] / 1.4, counts[-1] * 1.5)
    axes.set_xticks(counts, [f"{count:,}" for count in counts])
    axes.minorticks_off()
    axes.set_xlabel("clients")


def _draw_rates(axes: Axes, results: Results, counts: list[int]) -> None:
    for shape, colour in COLOURS.items():
        runs = _runs(results, shape)
        if runs:
            xs, ys = [run.clients for run in runs], [run.done_per_s for run in runs]
            axes.plot(xs, ys, "o-", color=colour, label=LABELS[shape], markersize=4)
            at = max(range(len(ys)), key=ys.__getitem__)
            axes.annotate(
                f"{ys[at]:,.0f}",
                (xs[at], ys[at]),
                (0, -12),
                textcoords="offset points",
                ha="center",
                color=colour,
            )
    for variant, style in (("plain", "--"), ("pipelined", ":")):
        peer = results.best_peer(variant)
        if peer:
            axes.axhline(
                peer.bookings_per_s,
                linestyle=style,
                color=PEER,
                linewidth=1.2,
                label=f"pgbench, {variant}, no HTTP ({peer.clients} clients)",
            )
    _clients_axis(axes, counts)
    axes.set_ylim(0, axes.dataLim.ymax * 1.12)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_title("Full bookings per second", loc="left", fontweight="bold")
    axes.legend(loc="center left", framealpha=0.9, edgecolor="none", fontsize=7.5)


def _draw_latencies(axes: Axes, results: Results, shape: Shape, counts: list[int]) -> None:
    runs = _runs(results, shape)
    xs = [run.clients for run in runs]
    steps = [run.steps["both"] for run in runs]
    for name, alpha, values in (
        ("p50", 1.0, [step.p50_ms for step in steps]),
        ("p95", 0.65, [step.p95_ms for step in steps]),
        ("p99", 0.35, [step.p99_ms for step in steps]),
    ):
        axes.plot(xs, values, "o-", color=COLOURS[shape], alpha=alpha, label=name, markersize=3)
    _clients_axis(axes, counts)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_title(f"Hold + book, ms: {LABELS[shape]}", loc="left", fontsize=8.5, fontweight="bold")
    if runs:
        axes.legend(frameon=False, fontsize=7.5)


def save(results: Results, folder: Path = RESULTS) -> list[Path]:
    """Write bookings.svg and bookings.png; gives their paths."""
    return save_as("bookings", draw(results), folder)


def save_as(name: str, figure: Figure, folder: Path) -> list[Path]:
    """Write a figure as SVG and PNG; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.svg", folder / f"{name}.png"]
    with mpl.rc_context(STYLE):
        figure.savefig(paths[0], metadata={"Date": None})
        figure.savefig(paths[1], dpi=130)
    return paths


if __name__ == "__main__":
    for written in save(load()):
        sys.stdout.write(f"{written}\n")
