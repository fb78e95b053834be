"""Drawing from the bucket that all processes share."""

from __future__ import annotations

import structlog

from wayfare.gateway.limits.buckets import Buckets
from wayfare.gateway.limits.store import BucketStore, Draw
from wayfare.kernel.errors import WayfareError

log = structlog.get_logger()


async def draw_shared(store: BucketStore | None, buckets: Buckets, who: str) -> float:
    """Draw a token here and, when one was there, from the shared bucket; the one here counts while the store is away.

    How many seconds the bucket is short of full then; below 0: about the seconds until there is a token.
    """
    here_s, policy = buckets.take(who), buckets.policy
    if store is None or here_s < 0:
        return here_s
    try:
        drawn, fill_s = await store.take(Draw(f"{policy.name}:{who}", policy.interval_s, policy.depth_s))
    except WayfareError as error:
        log.warning("rate_limits.not_shared", error=error.detail)
        return here_s
    buckets.learn(who, fill_s)
    return fill_s if drawn else min(policy.depth_s - policy.interval_s - fill_s, -0.001)
