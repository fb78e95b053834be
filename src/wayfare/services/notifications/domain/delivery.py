"""A delivery: one event for one endpoint, and when it is tried again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

TRIED_FOR = timedelta(hours=72)
FIRST_PAUSE = timedelta(seconds=5)
GROWTH = 3
LONGEST_PAUSE = timedelta(hours=4)
TEST_TYPE = "webhook.test"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`webhook_id` tells copies of one message: the same at every attempt, resend and replay. `body`: what is sent."""

    id: int
    endpoint_id: int
    webhook_id: str
    type: str
    body: str
    attempts: int
    give_up_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request. `status` 0: no answer, `error` says why; `head`: the first characters of its body."""

    status: int
    duration_ms: int
    head: str = ""
    error: str = ""

    @property
    def accepted(self) -> bool:
        """A redirect is none: it is not followed."""
        return 200 <= self.status < 300


def webhook_id_of(identity: str) -> str:
    """The id under which every endpoint gets the event of that identity."""
    return f"evt_{hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()}"


def next_try_at(attempts: int, now: datetime, give_up_at: datetime, chance: float) -> datetime:
    """After so many attempts: 5, 15, 45 seconds … 4 hours, each 20 % more or less (`chance` from 0 to 1), and a last
    time when its time is up.
    """
    pause = min(FIRST_PAUSE * pow(float(GROWTH), min(attempts - 1, 20)), LONGEST_PAUSE)
    return min(now + pause * (0.8 + 0.4 * chance), give_up_at)
