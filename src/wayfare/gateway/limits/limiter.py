"""Admits requests, or says when to come again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from starlette.types import Scope

from wayfare.gateway.limits.buckets import Buckets, Headers
from wayfare.gateway.limits.callers import FindCaller, payer_of
from wayfare.gateway.limits.exact import draw_shared
from wayfare.gateway.limits.policies import CLASSES, KEYS, PERSONS, Policy
from wayfare.gateway.limits.rounds import Rounds
from wayfare.gateway.limits.store import BucketStore
from wayfare.infrastructure.addresses import Networks
from wayfare.kernel.errors import RateLimited


class Verdict(NamedTuple):
    """`headers` tell of the limit that is nearest."""

    headers: Headers
    refused: RateLimited | None


ADMITTED = Verdict([], None)

_NOT_LIMITED = frozenset({"/livez", "/readyz", "/health", "/metrics"})
_BETWEEN_PROCESSES = "/rpc/"
"""Calls that show a secret."""
_WEBHOOKS = "/v1/webhooks/payments/"


class Limiter:
    def __init__(
        self,
        policies: Mapping[str, Policy],
        *,
        store: BucketStore | None = None,
        find_caller: FindCaller | None = None,
        exempt: Networks | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`store`: what processes share; None: this one is alone. `find_caller`: None: everybody is an address."""
        self._buckets = {name: Buckets(policy, clock) for name, policy in policies.items()}
        self._keys = self._buckets[KEYS]
        self._classes = {route: self._buckets[name] for route, name in CLASSES.items()}
        self._store = store
        self._find_caller = find_caller
        self._exempt = exempt
        self._rounds = Rounds(self._buckets.values(), store)

    def start(self) -> None:
        self._rounds.start()

    async def stop(self) -> None:
        await self._rounds.stop()

    async def admit(self, scope: Scope, authorization: bytes | None) -> Verdict:
        """Draw what the request costs."""
        path: str = scope["path"]
        strict = self._classes.get((scope["method"], path))
        if path in _NOT_LIMITED or path.startswith(_BETWEEN_PROCESSES):
            return ADMITTED
        address = scope["client"][0] if scope["client"] else ""
        if self._exempt is not None and address in self._exempt:
            return ADMITTED
        caller = None
        if authorization is not None and self._find_caller is not None:
            caller = await self._find_caller(authorization)
        policy, who = caller or ("address", payer_of(address))
        if strict is None and path.startswith(_WEBHOOKS):
            policy, who = "webhook", payer_of(address)
        buckets = self._buckets.get(policy, self._keys)
        fill_s = buckets.take(who)
        if strict is not None and fill_s >= 0 and (strict.policy.by_address or policy in PERSONS):
            buckets, who = strict, payer_of(address) if strict.policy.by_address else who
            exact = buckets.policy.exact
            fill_s = await draw_shared(self._store, buckets, who) if exact else buckets.take(who)
        if fill_s >= 0:
            return Verdict(buckets.describe(fill_s), None)
        return Verdict(buckets.describe(buckets.fill_s(who)), _refused(buckets.policy, -fill_s))


def _refused(policy: Policy, wait_s: float) -> RateLimited:
    return RateLimited(f"the limit {policy.name} is reached", limit=policy.name, retry_after_s=math.ceil(wait_s))
