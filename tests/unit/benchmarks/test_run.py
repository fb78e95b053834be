"""The orchestration: sections fill their place, and one that cannot run does not stop the others."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import pytest
from benchmarks import run, sections, server
from benchmarks.results import Results, load, new_results
from benchmarks.sections import QUICK, measure
from benchmarks.server import SectionUnavailable
from rich.console import Console


class TestSections:
    def test_a_section_that_cannot_run_is_listed_with_its_reason(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unavailable(budget: sections.Budget, results: Results) -> None:
            raise SectionUnavailable("no such thing here")

        ran: list[str] = []
        chosen = {"first": unavailable, "second": lambda budget, results: ran.append("second")}
        monkeypatch.setattr(run, "SECTIONS", chosen)
        results = new_results("18.4")
        run.run_sections(list(chosen), QUICK, results, Console(file=StringIO()))
        assert results.skipped == {"first": "no such thing here"}
        assert ran == ["second"]

    def test_headroom_end_to_end(self, tmp_path: Path) -> None:
        assert run.main(["--quick", "--only", "headroom", "--results", str(tmp_path)]) == 0
        stored = load(tmp_path / "latest.json")
        assert stored.quick
        assert stored.headroom[0].clients == 256
        assert stored.machine.postgres.startswith("18.")
        assert "own limit" in (tmp_path / "latest.md").read_text(encoding="utf-8")


class TestMeasure:
    def test_peak_memory_is_the_commands_own(self) -> None:
        small = measure([sys.executable, "-S", "-c", "pass"], {})
        large = measure([sys.executable, "-S", "-c", "x = b'1' * 200 * 2**20"], {})
        assert small.peak_rss_mb < 60
        assert 195 < large.peak_rss_mb < 300

    def test_time_and_processor_are_measured(self) -> None:
        cost = measure([sys.executable, "-S", "-c", "import time; time.sleep(0.3)"], {})
        assert 0.3 < cost.wall_s < 2
        assert cost.cpu_s < 0.3

    def test_a_failing_command_is_named(self) -> None:
        with pytest.raises(SectionUnavailable, match="ended with 3"):
            measure([sys.executable, "-c", "raise SystemExit(3)"], {})


class TestOffers:
    """Against a stand-in network of one departure a search, `dep-<from>`, and one that needs a change."""

    @pytest.fixture
    def at(self, monkeypatch: pytest.MonkeyPatch) -> server.Server:
        def get(_: server.Server, path: str, **query: str) -> dict[str, object]:
            start = query.get("from") or path.partition("from=")[2].partition("&")[0]
            offers = [
                {"offer_id": f"{start}-{cabin}-{n}", "cabin": cabin, "seats_left": seats}
                for cabin, seats in (("first", 20), ("second", 300))
                for n in (1, 2)
            ]
            through, change = {"departure_id": "dep-1", "from_call": start}, {"departure_id": "dep-2", "from_call": 0}
            trips = [
                {"legs": [through], "offers": offers},
                {"legs": [change, through], "offers": [{"offer_id": "no", "cabin": "second", "seats_left": 300}]},
            ]
            other = {
                "legs": [change],
                "offers": [{"offer_id": f"{start}-other", "cabin": "second", "seats_left": 300}, {"cabin": "first"}],
            }
            return {"trips": [*trips, other]}

        monkeypatch.setattr(server.Server, "get", get)
        return server.Server(1, Path(), 1)

    def test_spread_takes_every_direct_departure_once_per_cabin(self, at: server.Server) -> None:
        offers = server.spread_offers(at, server.travel_dates(14, 1), searches=5)
        assert len(offers) == 5 * 3
        assert "no" not in offers

    def test_hot_takes_one_departure_only(self, at: server.Server) -> None:
        calls = max(server.patterns(), key=len)
        offers = server.hot_offers(at, server.travel_dates(14, 1)[0])
        assert len(offers) == len(calls) - 1  # the large cabin on each stretch
        assert not any("first" in offer for offer in offers)
        assert not any(offer.endswith("other") for offer in offers)


class TestSearches:
    def test_paths_cover_the_network_both_ways(self) -> None:
        paths = server.search_paths(server.travel_dates(14, 2))
        assert len(paths) == len(set(paths)) > 100
        assert all(path.startswith("/v1/offers?from=demo-rail-") for path in paths)
