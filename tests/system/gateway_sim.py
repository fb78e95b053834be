"""`wayfare gateway-sim` as a process of its own, and what may be asked of it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import httpx2

from system.harness import WAYFARE, Started, environment, free_port

KEY = {"authorization": "Bearer sim_key"}


class GatewaySim(Started):
    """Its charges are kept in `folder` and outlive it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        settings = {"gateway_sim_file": str(self._folder / "gateway-sim.sqlite")}
        self._process = subprocess.Popen(
            [*WAYFARE, "gateway-sim", "--port", str(self.port)],
            env=environment(self._folder, settings),
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self.charges()
            except httpx2.HTTPError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the simulated gateway did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def charges(self) -> list[Any]:
        """All of them, in the order they were made."""
        answer = httpx2.get(f"{self.url}/charges", params={"limit": 1000}, headers=KEY, timeout=5)
        return list(answer.raise_for_status().json()["items"])

    def behave(self, mode: str) -> None:
        """ok, down or hang."""
        httpx2.put(f"{self.url}/behaviour", json={"mode": mode}, headers=KEY, timeout=5).raise_for_status()
