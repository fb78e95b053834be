"""The buckets that all processes share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Draw(msgspec.Struct, frozen=True):
    """Tokens drawn from the bucket `key`, in seconds of refill; an empty bucket is full in `depth_s`."""

    key: str
    cost_s: float
    depth_s: float


class BucketStore(Protocol):
    """Raises Unavailable when it cannot be reached."""

    async def take(self, draw: Draw) -> tuple[bool, float]:
        """Draw if that much is there. Whether it was, and in how many seconds the bucket is full now."""
        ...

    async def add(self, draws: Sequence[Draw]) -> Sequence[float]:
        """Draw in any case, from each bucket once; for each, the seconds until it is full."""
        ...

    async def tidy(self) -> None:
        """Forget what is full."""
        ...

    async def aclose(self) -> None: ...
