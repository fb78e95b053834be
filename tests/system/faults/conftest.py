"""The cases of one test process run beside each other, in a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest

from system.faults.ground import Ground
from system.faults.matrix import CASES, Case, group_of
from system.faults.run_case import Outcome, run_case

AT_ONCE = 3
"""Cases that run beside each other in one test process."""


class Campaign:
    """Runs what it is given on one ground, at most so many at once, in the order given."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._ground: Ground
        self._opened: Any = None
        self._places = asyncio.Semaphore(AT_ONCE)

    def start(self) -> None:
        self._thread.start()
        self._opened = Ground.open()
        self._ground = asyncio.run_coroutine_threadsafe(self._opened.__aenter__(), self._loop).result()

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._opened.__aexit__(None, None, None), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, work: Callable[[Ground], Awaitable[Any]]) -> Future[Any]:
        async def placed() -> Any:
            async with self._places:
                return await work(self._ground)

        return asyncio.run_coroutine_threadsafe(placed(), self._loop)


@pytest.fixture(scope="session")
def campaign() -> Iterator[Campaign]:
    running = Campaign()
    running.start()
    yield running
    running.stop()


class Outcomes:
    """The cases of a group are all begun when the first of them is asked for."""

    def __init__(self, campaign: Campaign, chosen: Sequence[Case]) -> None:
        self._campaign, self._chosen = campaign, chosen
        self._begun: dict[Case, Future[Outcome]] = {}

    def of(self, case: Case) -> Outcome:
        """Raises AssertionError for what did not hold in this case."""
        if case not in self._begun:
            group = group_of(case.step)
            for other in self._chosen:
                if group_of(other.step) == group:
                    self._begun[other] = self._campaign.run(partial(run_case, case=other))
        return self._begun[case].result()


@pytest.fixture(scope="session")
def outcomes(campaign: Campaign, request: pytest.FixtureRequest) -> Outcomes:
    given = [item.callspec.params.get("case") for item in request.session.items if hasattr(item, "callspec")]
    return Outcomes(campaign, [case for case in CASES if case in given])
