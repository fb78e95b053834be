"""Work of the customers service that comes round again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from wayfare.infrastructure.jobs import PeriodicJob
from wayfare.services.customers.application.send_letters import SendLetters

Work = Callable[[], Awaitable[object]]


def customer_jobs(letters: SendLetters, keep_keys: Work, rewrap: Work, tidy: Work) -> Sequence[PeriodicJob]:
    return (
        PeriodicJob("customers.letters", 1.0, letters),
        PeriodicJob("customers.signing_keys", 3600.0, keep_keys, exclusive=True),
        PeriodicJob("customers.rewrap", 3600.0, rewrap, exclusive=True),
        PeriodicJob("customers.tidy", 3600.0, tidy, exclusive=True),
    )
