"""Token buckets in memory, by the generic cell rate algorithm: of each only the moment is kept at which it is full.

A bucket that is drawn from hard is *hot*: other processes should know of it. All others stay here, so that ordinary
traffic costs the store nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from wayfare.gateway.limits.policies import Policy

Headers: TypeAlias = list[tuple[bytes, bytes]]

HOT_SHARE = 0.25
"""A bucket is hot when more than this share of its burst is drawn. Exact ones never are: their store knows already."""
_ROUNDING_S = 1e-9


@dataclass(frozen=True, slots=True)
class Debt:
    """What was drawn from a hot bucket since its store was told: `cost_s`, in seconds of refill."""

    who: str
    cost_s: float
    full_at: float


class Buckets:
    """The buckets of one policy, by who draws from them. Times are seconds of a monotonic clock."""

    __slots__ = (
        "_clock",
        "_depth_s",
        "_full_at",
        "_hot_s",
        "_interval_s",
        "_known",
        "_policy_header",
        "_template",
        "policy",
    )

    def __init__(self, policy: Policy, clock: Callable[[], float]) -> None:
        self.policy = policy
        self._clock = clock
        self._interval_s = policy.interval_s
        self._depth_s = policy.depth_s + _ROUNDING_S
        self._hot_s = math.inf if policy.exact else policy.depth_s * HOT_SHARE
        self._policy_header = (b"ratelimit-policy", policy.header)
        self._template = b'"%s";r=%%d;t=%%d' % policy.name.encode()
        self._full_at: dict[str, float] = {}
        self._known: dict[str, float] = {}  # hot buckets: when they are full as far as the store knows

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, who: str) -> float:
        """Draw a token. How many seconds the bucket is short of full then; below 0: the seconds until there is one."""
        now = self._clock()
        full_at = self._full_at.get(who, now)
        full_at = (full_at if full_at > now else now) + self._interval_s
        fill_s = full_at - now
        if fill_s > self._depth_s:
            return self._depth_s - fill_s
        self._full_at[who] = full_at
        if fill_s > self._hot_s and who not in self._known:
            self._known[who] = now
        return fill_s

    def fill_s(self, who: str) -> float:
        """How many seconds the bucket is short of full."""
        return max(0.0, self._full_at.get(who, 0.0) - self._clock())

    def describe(self, fill_s: float) -> Headers:
        """What a caller may know of a bucket, as in draft-ietf-httpapi-ratelimit-headers."""
        left = int((self._depth_s - fill_s) / self._interval_s)
        return [self._policy_header, (b"ratelimit", self._template % (left if left > 0 else 0, int(fill_s) + 1))]

    def learn(self, who: str, fill_s: float) -> None:
        """The bucket all processes share is full in `fill_s`."""
        self._full_at[who] = self._clock() + fill_s

    def debts(self) -> list[Debt]:
        """What the store should hear of hot buckets. Those that are full again are hot no longer."""
        now = self._clock()
        found = []
        for who, known in list(self._known.items()):
            full_at = self._full_at.get(who, now)
            if full_at <= now:
                del self._known[who]
            elif (cost_s := full_at - max(known, now)) > _ROUNDING_S:
                found.append(Debt(who, cost_s, full_at))
        return found

    def settle(self, debt: Debt, fill_s: float) -> None:
        """The store was told and says: the bucket is full in `fill_s`. What was drawn meanwhile is still owed."""
        known = self._clock() + fill_s
        self._full_at[debt.who] = known + max(0.0, self._full_at.get(debt.who, 0.0) - debt.full_at)
        self._known[debt.who] = known

    def forget_full(self) -> None:
        now = self._clock()
        self._full_at = {who: full_at for who, full_at in self._full_at.items() if full_at > now}

    def forget_all(self) -> None:
        self._full_at.clear()
