"""A Wayfare server of its own for a benchmark: demo network, embedded PostgreSQL, offers to sell."""

from __future__ import annotations

import csv
import http.client
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.plan import LOOPBACK
from wayfare.gateway.limits.policies import DEFAULTS

ROOT = Path(__file__).resolve().parents[1]
NETWORK = ROOT / "src" / "wayfare" / "services" / "catalogue" / "demo" / "network"
FEEDS = ("demo-rail-eu", "demo-rail-in")
READY_WITHIN_S = 60.0
STOP_WITHIN_S = 30.0


class SectionUnavailable(Exception):
    """A section cannot run here; the message says why."""


class ServerFailed(SectionUnavailable):
    """The server did not start, or answered what it should not; carries the end of what it wrote."""


def wayfare_command() -> str:
    """The installed `wayfare`; raises SectionUnavailable."""
    beside = Path(sys.executable).parent / "wayfare"
    found = str(beside) if beside.exists() else shutil.which("wayfare")
    if found is None:
        raise SectionUnavailable("the command wayfare is not installed")
    return found


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and its data folder."""

    port: int
    data_dir: Path
    process_id: int

    def get(self, path: str, **query: str) -> Any:
        """The JSON of one GET; raises ServerFailed for any answer but 200."""
        target = f"{path}?{urlencode(query)}" if query else path
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        try:
            connection.request("GET", target, headers={"accept": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise ServerFailed(f"GET {target}: {answer.status} {body[:300].decode('utf-8', 'replace')}")
        return json.loads(body)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def environment_of(data_dir: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with a data folder and settings by their names.

    The load comes from one address: limits are as high as they get, and cost what they cost.
    """
    limits = ",".join(f"{policy.name}=1000000/1" for policy in DEFAULTS)
    named = {f"WAYFARE_{name.upper()}": value for name, value in settings.items()}
    return {**os.environ, "WAYFARE_DATA_DIR": str(data_dir), "WAYFARE_RATE_LIMITS": limits, **named}


@contextmanager
def running_server(
    *, workers: int = 2, demo: bool = True, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """`wayfare demo` and `wayfare serve` on a new data folder; both removed afterwards.

    Raises ServerFailed with the end of the server's log.
    """
    with tempfile.TemporaryDirectory(prefix="wayfare-bench-") as folder:
        data_dir, log = Path(folder) / "data", Path(folder) / "log"
        environment = environment_of(data_dir, settings or {})
        Path(folder).chmod(0o711)  # PostgreSQL's user must be able to enter
        port = free_port()
        with log.open("wb") as output:
            if (
                demo
                and subprocess.run(
                    [wayfare_command(), "demo"],
                    env=environment,
                    stdout=output,
                    stderr=output,
                    stdin=subprocess.DEVNULL,
                    check=False,
                ).returncode
            ):
                raise ServerFailed(f"wayfare demo: {_tail(log)}")
            process = subprocess.Popen(
                [wayfare_command(), "serve", "--port", str(port), "--workers", str(workers)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
            try:
                _wait_until_ready(process, port, log)
                yield Server(port, data_dir, process.pid)
            finally:
                process.terminate()
                try:
                    process.wait(timeout=STOP_WITHIN_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-1500:]


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ServerFailed(f"wayfare serve ended with {process.returncode}: {_tail(log)}")
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass  # not listening yet: asked again below
        finally:
            connection.close()
        time.sleep(0.05)
    raise ServerFailed(f"not ready within {READY_WITHIN_S:.0f} s: {_tail(log)}")


def patterns(feeds: Sequence[str] = FEEDS) -> list[list[str]]:
    """Place ids of the calls of every stopping pattern of the demo network."""
    found: list[list[str]] = []
    for feed in feeds:
        path = NETWORK / feed / "patterns.csv"
        if not path.exists():
            raise SectionUnavailable(f"the demo network has no {path.name} for {feed}")
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found.append([f"{feed}:{call.split()[0]}" for call in row["calls"].split(";")])
    return found


def travel_dates(first_in_days: int, count: int) -> list[date]:
    """`count` dates, the first `first_in_days` from now."""
    first = datetime.now(UTC).date() + timedelta(days=first_in_days)
    return [first + timedelta(days=number) for number in range(count)]


def search_paths(dates: Sequence[date]) -> list[str]:
    """Request targets of GET /v1/offers: every pattern's first call to its last, and back."""
    ends = [(calls[0], calls[-1]) for calls in patterns()]
    both = sorted({*ends, *((last, first) for first, last in ends)})
    return [
        "/v1/offers?" + urlencode({"from": start, "to": end, "date": day.isoformat()})
        for day in dates
        for start, end in both
    ]


def spread_offers(server: Server, dates: Sequence[date], *, searches: int = 150, seed: int = 1) -> list[str]:
    """Offers of single-leg trips found by random searches: one for each cabin of each departure."""
    paths = search_paths(dates)
    chosen = random.Random(seed).sample(paths, min(searches, len(paths)))
    offers: list[str] = []
    for path in chosen:
        for trip in server.get(path)["trips"]:
            if len(trip["legs"]) == 1:
                offers.extend(_one_per_cabin(trip))
    if not offers:
        raise ServerFailed("no offers for sale in the demo network")
    return offers


def _one_per_cabin(trip: Any) -> list[str]:
    """One offer for each cabin that still has a seat."""
    return list({offer["cabin"]: offer["offer_id"] for offer in trip["offers"] if "offer_id" in offer}.values())


HOT_SEATS_MIN = 100
HOT_DAYS = 3


def hot_offers(server: Server, day: date) -> list[str]:
    """Offers of one departure only, for each stretch between two calls that follow each other.

    The departure is one of the pattern with the most calls, on the way for several days, in its large cabins alone:
    so a run sells many seats before it is full.
    """
    calls = max(patterns(), key=len)
    whole = server.get("/v1/offers", **{"from": calls[0], "to": calls[-1], "date": day.isoformat()})
    departures = [trip["legs"][0]["departure_id"] for trip in whole["trips"] if len(trip["legs"]) == 1]
    if not departures:
        raise ServerFailed(f"no departure from {calls[0]} to {calls[-1]} on {day}")
    offers: dict[tuple[int, str], str] = {}
    for start, end in pairwise(calls):
        for later in range(HOT_DAYS):
            query = {"from": start, "to": end, "date": (day + timedelta(days=later)).isoformat(), "max_transfers": "0"}
            for trip in server.get("/v1/offers", **query)["trips"]:
                leg = trip["legs"][0]
                if leg["departure_id"] == departures[0]:
                    for offer in trip["offers"]:
                        if "offer_id" in offer and offer["seats_left"] >= HOT_SEATS_MIN:
                            offers[leg["from_call"], offer["cabin"]] = offer["offer_id"]
    return list(offers.values())
