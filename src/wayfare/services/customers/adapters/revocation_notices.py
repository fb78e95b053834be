"""Revocations told through Redis or Valkey, where one is configured: heard also where PostgreSQL's notices are not.

A pooler between us and PostgreSQL swallows LISTEN. What is published here may be lost too (nobody keeps it); then the
table, which is read every second, tells.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

import structlog

from wayfare.infrastructure.redis import LOST, open_redis

log = structlog.get_logger()
CHANNEL = "wayfare:revoked"
AGAIN_S = 1.0
_FAILED: tuple[type[Exception], ...] = (*LOST, ValueError)


class RedisNotices:
    def __init__(self, url: str) -> None:
        """Raises ConfigurationError."""
        self._redis = open_redis(url)
        self._telling: set[asyncio.Task[None]] = set()

    def tell(self, session_id: UUID) -> None:
        """Beside whoever revoked it, who does not wait."""
        task = asyncio.get_running_loop().create_task(self._publish(session_id))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def listen(self, heard: Callable[[UUID], None]) -> None:
        """For ever: call `heard` for every session that is revoked anywhere."""
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as notices:
                    await notices.subscribe(CHANNEL)
                    while True:
                        notice = await notices.get_message(timeout=None)
                        if notice is not None:
                            heard(UUID(notice["data"].decode()))
            except _FAILED as error:
                log.warning("revocations.not_heard", by="redis", error=f"{type(error).__name__}: {error}")
                await asyncio.sleep(AGAIN_S)

    async def aclose(self) -> None:
        await asyncio.gather(*self._telling, return_exceptions=True)
        await self._redis.aclose()

    async def _publish(self, session_id: UUID) -> None:
        try:
            await self._redis.publish(CHANNEL, str(session_id))
        except LOST as error:
            log.warning("revocations.not_told", by="redis", error=f"{type(error).__name__}: {error}")
