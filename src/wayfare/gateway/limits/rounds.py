"""Hot buckets are told to the shared store in rounds, beside the requests: none waits for it, none causes a statement.

Within a round processes may together admit more than a bucket holds. What they drew stands in the shared bucket
afterwards, which is in debt then: over time no more than the rate gets through.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

import structlog

from wayfare.gateway.limits.buckets import Buckets
from wayfare.gateway.limits.store import BucketStore, Draw
from wayfare.kernel.errors import WayfareError

log = structlog.get_logger()

EVERY_S = 0.1
BATCH = 1_000
TIDY_EVERY_S = 30.0


class Rounds:
    def __init__(self, buckets: Iterable[Buckets], store: BucketStore | None) -> None:
        """`store`: None when this process is alone; then only what is full is forgotten."""
        self._buckets, self._store = tuple(buckets), store
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._go_round(), name="rate-limits")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._store is not None:
            await self._store.aclose()

    async def tell(self) -> None:
        """Tell the store what was drawn from hot buckets. Raises Unavailable: nothing is lost then."""
        if self._store is None:
            return
        owed = [(buckets, debt) for buckets in self._buckets for debt in buckets.debts()]
        for start in range(0, len(owed), BATCH):
            batch = owed[start : start + BATCH]
            draws = [Draw(f"{b.policy.name}:{debt.who}", debt.cost_s, b.policy.depth_s) for b, debt in batch]
            for (buckets, debt), fill_s in zip(batch, await self._store.add(draws), strict=True):
                buckets.settle(debt, fill_s)

    async def _go_round(self) -> None:
        tidied_at = time.monotonic()
        while True:
            await asyncio.sleep(EVERY_S)
            tidies = time.monotonic() - tidied_at > TIDY_EVERY_S
            try:
                await self.tell()
                if tidies and self._store is not None:
                    await self._store.tidy()
            except WayfareError as error:
                log.warning("rate_limits.not_shared", error=error.detail)
                await asyncio.sleep(1.0)
            if tidies:
                tidied_at = time.monotonic()
                for buckets in self._buckets:
                    buckets.forget_full()
