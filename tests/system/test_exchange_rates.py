"""Rates imported beside a running server are sold at without a restart, also when a timer fetches them."""

from __future__ import annotations

import functools
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from system.harness import DemoCopies, Server, run_wayfare
from system.world import in_days

pytestmark = pytest.mark.slow

DAY = "Date,USD,GBP,INR,JPY,AUD,KRW,\n{day},1.1172,{pound},106.084,175.68,1.5904,1491.76,\n"


def search(server: Server, currency: str) -> dict[str, object]:
    query = {"from": "Berlin Hbf", "to": "München Hbf", "date": in_days(9), "currency": currency}
    answer: dict[str, object] = server.get("/v1/offers", params=query).json()
    return answer


def conversion(server: Server) -> object:
    found = search(server, "GBP")
    offers = [offer for trip in found.get("trips", ()) for offer in trip["offers"]]  # type: ignore[attr-defined]
    return offers[0]["conversion"] if offers else found.get("code")


def until(happens: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.5)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[str]:
    """An HTTP server that publishes the files of `tmp_path`; its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()
        thread.join()


@pytest.fixture
def data_dir(demo: DemoCopies) -> Iterator[Path]:
    with demo.copy() as folder:
        yield folder


def test_rates_without_restart(data_dir: Path, tmp_path: Path, folder: str) -> None:
    with Server(data_dir, workers=2) as server:
        assert conversion(server) == "validation_failed"  # the demonstration has no pound
        assert "no exchange rate for GBP" in str(search(server, "GBP")["detail"])
        (tmp_path / "rates.csv").write_text(DAY.format(day=in_days(-1), pound="0.8338"))
        result = run_wayfare("import", "fx", f"{folder}/rates.csv", data_dir=data_dir)
        assert result.returncode == 0, result.stderr
        assert "1 day read, 1 are new" in result.stdout
        told = {"source": "ECB reference", "date": in_days(-1), "base": "EUR", "rates": {"GBP": "0.8338"}}
        until(lambda: all(conversion(server) == told for _ in range(6)))  # both workers

        for content, said in (("Date,USD,\n2026-06-12,x,\n", "bad.csv:2: 'x' is not a rate of USD"), ("", "is empty")):
            (tmp_path / "bad.csv").write_text(content)
            refused = run_wayfare("import", "fx", str(tmp_path / "bad.csv"), data_dir=data_dir)
            assert refused.returncode == 2
            assert said in refused.stderr
        assert run_wayfare("import", "fx", f"{folder}/nowhere.csv", data_dir=data_dir).returncode == 2
        assert run_wayfare("import", "fx", str(tmp_path / "nowhere.csv"), data_dir=data_dir).returncode == 2
        assert conversion(server) == told

    (tmp_path / "rates.csv").write_text(DAY.format(day=in_days(0), pound="0.84"))
    with Server(data_dir, workers=1, rates_url=f"{folder}/rates.csv", rates_every_s="60") as server:
        until(lambda: '{"GBP": "0.84"}'.replace('"', "'") in str(conversion(server)))
        assert 'wayfare_rates_imports_total{result="changed"} 1.0' in server.get("/metrics").text
