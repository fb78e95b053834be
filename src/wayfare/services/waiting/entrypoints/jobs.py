"""Work of the waiting service that comes round again. Letting visitors in is done by its room keeper."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from wayfare.infrastructure.jobs import PeriodicJob


def waiting_jobs(tidy: Callable[[], Awaitable[object]]) -> Sequence[PeriodicJob]:
    return (PeriodicJob("waiting.tidy", 600.0, tidy, exclusive=True),)
