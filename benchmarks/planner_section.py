"""The planner alone: queries between large stations of a real timetable, in one process, without HTTP or prices."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.plan import StepReport
from benchmarks.results import PlannerRun
from benchmarks.server import SectionUnavailable, wayfare_command
from benchmarks.tally import summarise
from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.time import day_number
from wayfare.services.offers.adapters.planner.planner import Planner

DAY = date(2016, 6, 15)
NOW = "2016-06-10T08:00:00+02:00"
STATIONS = 60
QUERIES = 1500


def measure_planner(feed: Path) -> PlannerRun:
    """Random pairs of the stations with most calls, up to three transfers. Raises SectionUnavailable."""
    with tempfile.TemporaryDirectory(prefix="wayfare-bench-") as folder:
        Path(folder).chmod(0o711)
        data_dir = Path(folder) / "data"
        environment = {**os.environ, "WAYFARE_DATA_DIR": str(data_dir), "WAYFARE_NOW": NOW}
        command = [wayfare_command(), "import", "gtfs", str(feed)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SectionUnavailable(done.stderr[-500:])
        store = TimetableStore(data_dir / "timetable")
        store.refresh()
        timetable = store.get_current()
        latencies = _ask(timetable)
        return PlannerRun(feed.stem, _connections(timetable), latencies)


def _ask(timetable: Timetable) -> StepReport:
    planner, day = Planner(timetable), day_number(DAY)
    calls = np.bincount(timetable.place_station[timetable.call_place], minlength=len(timetable.place_id))
    stations = np.argsort(calls)[-STATIONS:].tolist()
    chance = random.Random(1)
    pairs = [tuple(chance.sample(stations, 2)) for _ in range(QUERIES)]
    planner.plan(*pairs[0], day)  # compiles the search and builds the day
    taken_ns = np.empty(QUERIES, dtype=np.int64)
    for number, (origin, destination) in enumerate(pairs):
        began = time.perf_counter_ns()
        planner.plan(origin, destination, day)
        taken_ns[number] = time.perf_counter_ns() - began
    return summarise(taken_ns)


def _connections(timetable: Timetable) -> int:
    """Sections between calls of all services that run on the day."""
    day = day_number(DAY)
    return sum(timetable.sections(i) for i in range(len(timetable.service_no)) if timetable.runs_on(i, day))
