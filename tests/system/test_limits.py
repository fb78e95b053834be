"""Rate limits and revoked tokens hold for two processes together, through PostgreSQL and through a real Valkey."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
import redis

from integration.events.brokers import broker_url
from system.harness import UNLIMITED, DemoCopies, Server
from system.people import PASSWORD, create

WORKERS = {"0", "1"}
LOG_INS, BURST, EVE = 6, 200, "eve@example.org"
LIMITS = f"{UNLIMITED},log_in={LOG_INS}/3600:{LOG_INS},address=1/1:{BURST}"


HTTP = httpx2.Client(limits=httpx2.Limits(max_keepalive_connections=0), timeout=30)
"""Each request over a connection of its own, so that any worker may answer."""


@pytest.fixture(scope="module")
def folder(demo: DemoCopies) -> Iterator[Path]:
    with demo.copy() as data_dir:
        yield data_dir


@pytest.fixture(scope="module", params=["postgres", "valkey"])
def running(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[Server, str | None]]:
    """Two workers behind a trusted proxy, and where their Redis is."""
    with ExitStack() as stack:
        url = stack.enter_context(broker_url("valkey")) if request.param == "valkey" else None
        shared = {} if url is None else {"redis_url": url}
        server = Server(folder, workers=2, rate_limits=LIMITS, trusted_proxies="127.0.0.0/8", **shared)
        yield stack.enter_context(server), url


def ask(server: Server, method: str, path: str, address: str, **more: object) -> httpx2.Response:
    """The proxy saw `address`; what stands before it, the client made up."""
    headers = {"x-forwarded-for": f"192.0.2.66, {address}", **more.pop("headers", {})}  # type: ignore[dict-item]
    return HTTP.request(method, f"{server.url}{path}", headers=headers, **more)  # type: ignore[arg-type]


def log_in(server: Server, address: str, password: str = "wrong") -> httpx2.Response:
    form = {"grant_type": "password", "username": EVE, "password": password}
    return ask(server, "POST", "/v1/auth/token", address, data=form)


def test_a_strict_limit_is_exact(running: tuple[Server, str | None]) -> None:
    server, redis_url = running
    answers: list[httpx2.Response] = []
    until = time.monotonic() + 30
    while len(answers) < 20 or {answer.headers["x-worker"] for answer in answers[LOG_INS:]} != WORKERS:
        assert time.monotonic() < until, "one worker answers all"
        answers.append(log_in(server, "198.51.100.1"))
    assert [answer.status_code for answer in answers] == [400] * LOG_INS + [429] * (len(answers) - LOG_INS)
    refused = answers[LOG_INS:]
    assert refused[-1].json()["code"] == "rate_limited"
    assert 0 < int(refused[-1].headers["retry-after"]) <= 3600 / LOG_INS
    assert refused[-1].headers["ratelimit"].startswith('"log_in";r=0;t=')
    assert log_in(server, "198.51.100.2").status_code == 400
    if redis_url is not None:
        with redis.Redis.from_url(redis_url) as client:
            assert client.exists("wayfare:limit:log_in:198.51.100.1")


def test_an_ordinary_limit_is_kept_together(running: tuple[Server, str | None]) -> None:
    server, _ = running
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(server, "GET", "/v1/nothing", "198.51.100.3"), range(3 * BURST)))
    elapsed_s = time.monotonic() - began
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {404, 429}
    assert {answer.headers["x-worker"] for answer in answers} == WORKERS
    # The burst and what came since; a quarter of it each process may give unheard, and what it gives in a round.
    assert BURST <= statuses[404] <= BURST * 1.5 + elapsed_s
    assert ask(server, "GET", "/v1/nothing", "198.51.100.4").status_code == 404


def test_a_revoked_token_is_refused_by_both(running: tuple[Server, str | None]) -> None:
    server, _ = running
    if log_in(server, "198.51.100.5", PASSWORD).status_code != 200:
        made = create(server.data_dir, EVE)
        assert made.returncode == 0, made.stderr
    tokens = log_in(server, "198.51.100.6", PASSWORD).json()
    bearer = {"headers": {"authorization": f"Bearer {tokens['access_token']}"}}

    def statuses() -> dict[str, int]:
        found = {}
        until = time.monotonic() + 20
        while set(found) != WORKERS and time.monotonic() < until:
            answer = ask(server, "GET", "/v1/me", "198.51.100.7", **bearer)
            found[answer.headers["x-worker"]] = answer.status_code
        return found

    assert statuses() == dict.fromkeys(WORKERS, 200)
    ask(server, "POST", "/v1/auth/revoke", "198.51.100.7", data={"token": tokens["refresh_token"]})
    time.sleep(2.0)
    assert statuses() == dict.fromkeys(WORKERS, 401)
