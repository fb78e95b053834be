"""Shared buckets in Redis or Valkey: one key each, which ends when the bucket is full. Its clock counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wayfare.gateway.limits.store import Draw
from wayfare.infrastructure.redis import LOST, open_redis
from wayfare.kernel.errors import Unavailable

_PREFIX = "wayfare:limit:"
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local drawn = full_at + tonumber(ARGV[1])
if ARGV[2] ~= '' and drawn - now > tonumber(ARGV[2]) then
    return {0, full_at - now}
end
redis.call('SET', KEYS[1], string.format('%.0f', drawn), 'PX', math.ceil((drawn - now) / 1000) + 1)
return {1, drawn - now}
"""
"""Key: the bucket. Arguments and answer in microseconds: what is drawn; how full it may get, or nothing."""


class RedisStore:
    """Implements `BucketStore`."""

    def __init__(self, url: str) -> None:
        """Raises ConfigurationError when the extra `redis` is not installed."""
        self._redis: Any = open_redis(url)
        self._script: Any = self._redis.register_script(_SCRIPT)

    async def take(self, draw: Draw) -> tuple[bool, float]:
        arguments = [round(draw.cost_s * 1e6), round(draw.depth_s * 1e6)]
        try:
            drawn, fill_us = await self._script(keys=[_PREFIX + draw.key], args=arguments)
        except LOST as error:
            raise Unavailable(f"Redis does not answer: {error}") from error
        return drawn == 1, fill_us / 1e6

    async def add(self, draws: Sequence[Draw]) -> Sequence[float]:
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for draw in draws:
                    await self._script(keys=[_PREFIX + draw.key], args=[round(draw.cost_s * 1e6), ""], client=pipe)
                answers = await pipe.execute()
        except LOST as error:
            raise Unavailable(f"Redis does not answer: {error}") from error
        return [fill_us / 1e6 for _, fill_us in answers]

    async def tidy(self) -> None:
        """Keys end by themselves."""

    async def aclose(self) -> None:
        await self._redis.aclose()
