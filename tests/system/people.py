"""Accounts on a running server, for tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2

from system.harness import Server, environment

PASSWORD = "a horse of a different colour"


def create(data_dir: Path, address: str, *arguments: str, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wayfare", "user", "create", address, "--password-stdin", *arguments],
        env=environment(data_dir, {}),
        input=f"{password}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def log_in(server: Server, address: str) -> httpx2.Response:
    form = {"grant_type": "password", "username": address, "password": PASSWORD}
    return server.post("/v1/auth/token", data=form)
