"""Chart of a sale behind a waiting room: who came when, who was let in when, bookings second by second."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.chart import HOT, PEER, SPREAD, STYLE, save_as
from benchmarks.results import RESULTS, Results, WaitingRun


def draw(results: Results) -> Figure:
    """The figure; raises ValueError where there was no such run."""
    run = results.waiting_room
    if run is None:
        raise ValueError("no sale behind a waiting room to draw")
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9.6, 3.6), layout="constrained", facecolor="white")
        queue, rate = figure.subplots(1, 2, width_ratios=(1.4, 1))
        _draw_queue(queue, run)
        _draw_rate(rate, run)
        machine = results.machine
        figure.supxlabel(
            f"{run.visitors:,} visitors, {run.seats} seats, {run.rate:g}/s let in, "
            f"{run.rate_after:g}/s when sold out · "
            f"{machine.cores} cores of {machine.cpu_model} for server, PostgreSQL {machine.postgres} and visitors · "
            f"{results.measured_at[:10]}",
            fontsize=7,
            color=PEER,
        )
    return figure


def _draw_queue(axes: Axes, run: WaitingRun) -> None:
    for booked, colour, label in ((True, SPREAD, "let in, booked"), (False, HOT, "let in, told “sold out”")):
        shown = [(number, entered) for number, _, entered, was in run.shown if was is booked and entered]
        axes.plot([n for n, _ in shown], [s for _, s in shown], ".", color=colour, markersize=3, label=label)
    axes.plot(
        [n for n, *_ in run.shown], [came for _, came, *_ in run.shown], ".", color=PEER, markersize=2, label="came"
    )
    axes.set_xlabel("number in the queue")
    axes.set_ylim(0)
    axes.set_title("Seconds after the first visitor", loc="left", fontweight="bold")
    axes.legend(frameon=False, fontsize=7.5)


def _draw_rate(axes: Axes, run: WaitingRun) -> None:
    axes.bar(range(len(run.bookings_by_second)), run.bookings_by_second, color=SPREAD, width=0.8, align="edge")
    axes.axhline(run.rate, linestyle="--", color=PEER, linewidth=1.2, label=f"let in: {run.rate:g}/s")
    axes.set_xlabel("second")
    axes.set_title("Bookings per second", loc="left", fontweight="bold")
    axes.legend(frameon=False, fontsize=7.5)


def save(results: Results, folder: Path = RESULTS) -> list[Path]:
    """Write waiting-room.svg and waiting-room.png; gives their paths."""
    return save_as("waiting-room", draw(results), folder)
