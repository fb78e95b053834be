"""Admits requests, or says when to come again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

import structlog
from starlette.types import Scope

from wayfare.gateway.limits.buckets import Buckets
from wayfare.gateway.limits.callers import Caller, Exempt, FindCaller, payer_of
from wayfare.gateway.limits.policies import CLASSES, Policy
from wayfare.gateway.limits.rounds import Rounds
from wayfare.gateway.limits.store import BucketStore, Draw
from wayfare.kernel.errors import RateLimited, WayfareError

log = structlog.get_logger()
Header = tuple[bytes, bytes]

_NOT_LIMITED = ("/livez", "/readyz", "/health", "/metrics", "/rpc/")
"""Those who run Wayfare, and calls between our processes, which show a secret."""
_PERSONS = frozenset({"customer", "address"})
_WEBHOOKS = "/v1/webhooks/payments/"


class Limiter:
    def __init__(
        self,
        policies: Mapping[str, Policy],
        *,
        store: BucketStore | None = None,
        find_caller: FindCaller | None = None,
        exempt: Exempt | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`store`: what processes share; None: this one is alone. `find_caller`: None: everybody is an address."""
        self._buckets = {name: Buckets(policy, clock) for name, policy in policies.items()}
        self._classes = {route: self._buckets[name] for route, name in CLASSES.items()}
        self._store = store
        self._find_caller = find_caller
        self._exempt = exempt or Exempt(())
        self._rounds = Rounds((b for b in self._buckets.values() if not b.policy.exact), store)

    def start(self) -> None:
        self._rounds.start()

    async def stop(self) -> None:
        await self._rounds.stop()

    async def tell(self) -> None:
        """A round now. Raises Unavailable."""
        await self._rounds.tell()

    async def admit(self, scope: Scope, authorization: bytes | None, headers: list[Header]) -> None:
        """Draw what the request costs; `headers` gets the limit that is nearest. Raises RateLimited."""
        path: str = scope["path"]
        address = scope["client"][0] if scope["client"] else ""
        if path.startswith(_NOT_LIMITED) or address in self._exempt:
            return
        payer = payer_of(address)
        caller = None
        if authorization is not None and self._find_caller is not None:
            caller = await self._find_caller(authorization)
        if path.startswith(_WEBHOOKS):
            await self._draw(self._buckets["webhook"], payer, headers)
            return
        caller = caller or Caller("address", payer)
        strict = self._classes.get((scope["method"], path))
        if strict is None or not (strict.policy.by_address or caller.policy in _PERSONS):
            await self._draw(self._buckets[caller.policy], caller.who, headers)
            return
        everyday = self._buckets[caller.policy]
        if wait_s := everyday.take(caller.who):
            _describe(headers, everyday, caller.who)
            raise _refused(everyday.policy, wait_s)
        await self._draw(strict, payer if strict.policy.by_address else ":".join(caller), headers)

    async def _draw(self, buckets: Buckets, who: str, headers: list[Header]) -> None:
        wait_s = buckets.take(who)
        if not wait_s and buckets.policy.exact and self._store is not None:
            wait_s = await self._ask(self._store, buckets, who)
        _describe(headers, buckets, who)
        if wait_s:
            raise _refused(buckets.policy, wait_s)

    async def _ask(self, store: BucketStore, buckets: Buckets, who: str) -> float:
        """Draw from the bucket that all share; the one here counts while the store is away."""
        policy = buckets.policy
        try:
            drawn, fill_s = await store.take(Draw(f"{policy.name}:{who}", policy.interval_s, policy.depth_s))
        except WayfareError as error:
            log.warning("rate_limits.not_shared", error=error.detail)
            return 0.0
        buckets.learn(who, fill_s)
        return 0.0 if drawn else max(policy.interval_s - (policy.depth_s - fill_s), 0.001)


def _refused(policy: Policy, wait_s: float) -> RateLimited:
    return RateLimited(f"the limit {policy.name} is reached", limit=policy.name, retry_after_s=math.ceil(wait_s))


def _describe(headers: list[Header], buckets: Buckets, who: str) -> None:
    """RateLimit and RateLimit-Policy, as in draft-ietf-httpapi-ratelimit-headers."""
    left, fill_s = buckets.left(who)
    policy = buckets.policy
    headers.append((b"ratelimit-policy", policy.header))
    headers.append((b"ratelimit", b'"%s";r=%d;t=%d' % (policy.name.encode(), left, math.ceil(fill_s))))
