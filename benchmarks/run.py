"""Run the benchmarks: `python -m benchmarks.run [--quick] [--only NAME]`, from the root of the repository.

Prints tables, writes results/latest.json, results/latest.md and the charts. A section that cannot run is
listed with its reason, and the exit code is then 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console

from benchmarks import chart, table, waiting_chart
from benchmarks.loadgen import LoadFailed
from benchmarks.pgbench_peer import PeerFailed
from benchmarks.results import RESULTS, Results, new_results, store
from benchmarks.sections import FULL, ONLY_WHEN_ASKED, QUICK, SECTIONS, Budget
from benchmarks.server import SectionUnavailable
from wayfare.infrastructure.postgres_binaries import EmbeddedPostgresError, find_installation


def postgres_version() -> str:
    """The version of the embedded PostgreSQL, such as 18.4."""
    command = [str(find_installation() / "bin" / "postgres"), "--version"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return shown.split()[2]


def run_sections(names: Sequence[str], budget: Budget, results: Results, console: Console) -> None:
    """Run the sections one after another, each filling its place in `results`."""
    for name in names:
        began = perf_counter()
        console.print(f"[bold]{name}[/bold] …", end=" ")
        try:
            SECTIONS[name](budget, results)
        except (SectionUnavailable, LoadFailed, PeerFailed, EmbeddedPostgresError) as error:
            results.skipped[name] = str(error) or type(error).__name__
            console.print("[red]could not run[/red]", end=" ")
        console.print(f"{perf_counter() - began:.1f} s")


def write(results: Results, folder: Path) -> list[Path]:
    """Write JSON, Markdown and, where there are booking runs, the charts; gives the paths."""
    store(results, folder / "latest.json")
    (folder / "latest.md").write_text(table.markdown(results), encoding="utf-8")
    written = [folder / "latest.json", folder / "latest.md"]
    written += chart.save(results, folder) if results.bookings else []
    return written + (waiting_chart.save(results, folder) if results.waiting_room else [])


def say_headroom(results: Results, console: Console) -> None:
    """How far the runs stayed below the generator's own limit, so that it was not what was measured."""
    rooms = {room.clients: room for room in results.headroom}
    for run in results.bookings:
        room = rooms.get(run.report.clients)
        if room:
            console.print(f"{run.shape}, {run.report.clients} clients: {room.sentence(run.report)}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked for; 0 when every section ran."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one number of clients, short runs: about 45 s")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="this section (may be repeated)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder to write to")
    options = parser.parse_args(argv)
    console = Console()
    results = new_results(postgres_version(), quick=options.quick)
    names = [name for name in SECTIONS if (name in options.only if options.only else name not in ONLY_WHEN_ASKED)]
    run_sections(names, QUICK if options.quick else FULL, results, console)
    table.show(results, console)
    say_headroom(results, console)
    for path in write(results, options.results):
        console.print(str(path), style="dim")
    return 1 if results.skipped else 0


if __name__ == "__main__":
    sys.exit(main())
