"""Accounts on a running server, for tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx2
import pyotp

from system.harness import Server, environment
from system.world import bearer

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


def log_in_with_second_factor(server: Server, address: str) -> dict[str, str]:
    """The tokens of an account that enrols a second factor now: staff with all its rights."""
    tokens = log_in(server, address).json()
    headers = bearer(tokens["access_token"])
    begun = server.post("/v1/me/second-factor", json={"password": PASSWORD}, headers=headers)
    assert begun.status_code == 201, begun.text
    code = pyotp.TOTP(begun.json()["secret"]).now()
    confirmed = server.post("/v1/me/second-factor/confirm", json={"code": code}, headers=headers)
    assert confirmed.status_code == 200, confirmed.text
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed: dict[str, str] = server.post("/v1/auth/token", data=form).json()
    return renewed | {"recovery_code": confirmed.json()["recovery_codes"][0]}
