"""Results survive storing, and their tables and charts say what they hold."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from benchmarks import chart, table
from benchmarks.pgbench_peer import PeerReport
from benchmarks.plan import Headroom, LoadReport, StepReport
from benchmarks.results import (
    BookingRun,
    Disturbance,
    ImportRun,
    Machine,
    PlannerRun,
    Results,
    load,
    new_results,
    store,
)
from PIL import Image
from rich.console import Console


def step(p50_ms: float) -> StepReport:
    return StepReport(1000, p50_ms * 1.1, p50_ms, p50_ms * 1.5, p50_ms * 2, p50_ms * 3)


def report(clients: int, rate: float, script: str = "bookings") -> LoadReport:
    names = ("hold", "book", "both") if script == "bookings" else ("search",)
    mean_ms = clients / rate * 1000
    return LoadReport(
        script=script,
        clients=clients,
        think_s=0.0,
        window_s=5.0,
        done=int(rate * 5),
        done_per_s=rate,
        steps={name: step(mean_ms) for name in names},
        statuses={names[0]: {"201": int(rate * 5)}},
        refusals={},
        sold_out=3,
        errors=0,
        lost_connections=0,
        timeouts=0,
        workers={"0": 600, "1": 400},
        bytes_received=1,
        generator_cpu_share=0.12,
        ended_by="duration",
        done_total=int(rate * 6),
        holds_total=int(rate * 6),
    )


def invented_results() -> Results:
    found = Results("2030-01-02T03:04:05+00:00", Machine("Some CPU", 2, 8.0, "Linux 6", "3.11.7", "18.4"))
    for clients, rate in ((1, 200.0), (16, 1500.0), (64, 2100.0), (256, 2600.0), (1000, 2900.0)):
        found.bookings.append(BookingRun("spread", report(clients, rate)))
        found.bookings.append(BookingRun("hot", report(clients, rate * 0.9)))
    found.users = report(1000, 1800.0)
    found.peer = [
        PeerReport("plain", 16, 9000, 3000.0, step(5), 0.3),
        PeerReport("plain", 64, 8000, 2800.0, step(9), 0.3),
    ]
    found.headroom = [Headroom(256, 50_000.0, 100_000.0, 0.99)]
    found.searches = report(32, 2200.0, "searches")
    found.planner = PlannerRun("a network", 1000, step(0.4))
    found.imported = ImportRun("a feed", 307_098, 6.5, 6.0, 410.0)
    found.disturbances = [
        Disturbance("gateway hanging for 30 s", "hold", 10.0, 12.0, 100),
        Disturbance("many searches", "book", 10.0, 30.0, 100),
    ]
    found.skipped = {"nothing": "a | b"}
    return found


@pytest.fixture
def results() -> Results:
    return invented_results()


class TestStore:
    def test_comes_back_as_it_was(self, results: Results, tmp_path: Path) -> None:
        store(results, tmp_path / "deep" / "latest.json")
        assert load(tmp_path / "deep" / "latest.json") == results
        assert [path.name for path in (tmp_path / "deep").iterdir()] == ["latest.json"]

    def test_knows_this_machine(self) -> None:
        machine = new_results("18.4").machine
        assert machine.cores >= 1
        assert machine.memory_gb > 0
        assert machine.cpu_model
        assert machine.python.startswith("3.")


class TestGoals:
    def test_ratio_of_one_or_more_meets_the_goal(self, results: Results) -> None:
        ratios = {goal.what: round(goal.ratio, 2) for goal in table.goals(results)}
        assert ratios["full bookings, 256 clients"] == 1.04  # 2,600 of 2,500
        assert ratios["all on one train, of spread"] == 1.12  # 0.9 of 0.8
        assert ratios["import of 307,000 stop_times"] == 1.23  # 8 s of 6.5 s
        assert ratios["planner p50"] == 2.5
        assert ratios["gateway hanging for 30 s: hold p95, of normal"] == 1.25  # 1.2 of 1.5

    def test_says_nothing_of_what_did_not_run(self) -> None:
        assert table.goals(new_results("18.4")) == []


class TestTables:
    def test_markdown_has_every_run(self, results: Results) -> None:
        text = table.markdown(results)
        assert "| spread | 256 | 2,600 |" in text
        assert "| hot | 1,000 | 2,610 |" in text
        assert "60 % : 40 %" in text
        assert "| many searches | book | 10.0 | 30.0 | 3.00× | 100 |" in text
        assert "Some CPU, 2 cores" in text
        assert "a \\| b" in text
        for line in (line for line in text.splitlines() if line.startswith("|")):
            assert line.endswith("|")

    def test_terminal(self, results: Results) -> None:
        shown = StringIO()
        table.show(results, Console(file=shown, width=200))
        assert "2,600" in shown.getvalue()
        assert "pgbench" in shown.getvalue()


class TestChart:
    def test_writes_small_files(self, results: Results, tmp_path: Path) -> None:
        svg, png = chart.save(results, tmp_path)
        text = svg.read_text(encoding="utf-8")
        assert "Full bookings per second" in text
        assert "pgbench, plain" in text
        assert len(text) < 120_000
        with Image.open(png) as image:
            assert 900 < image.width < 1500
            assert image.convert("RGB").getpixel((1, 1)) == (255, 255, 255)

    def test_the_same_results_give_the_same_svg(self, results: Results, tmp_path: Path) -> None:
        first = chart.save(results, tmp_path / "a")[0].read_bytes()
        assert chart.save(results, tmp_path / "b")[0].read_bytes() == first

    def test_needs_a_run(self) -> None:
        with pytest.raises(ValueError, match="no booking runs"):
            chart.draw(new_results("18.4"))
