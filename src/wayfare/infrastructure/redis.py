"""Redis or Valkey, where one is configured."""

from __future__ import annotations

from typing import Any

from wayfare.kernel.errors import ConfigurationError

try:
    from redis.asyncio import Redis
    from redis.exceptions import RedisError
except ImportError:  # the extra is not installed
    Redis = None  # type: ignore[assignment,misc]
    RedisError = OSError  # type: ignore[assignment,misc]

LOST: tuple[type[Exception], ...] = (RedisError, OSError)
"""What a call raises when the server is away or refuses."""
_PATIENCE_S = 2.0


def open_redis(url: str) -> Any:
    """A client with a pool of its own; it connects with the first command. Raises ConfigurationError."""
    if Redis is None:
        raise ConfigurationError("WAYFARE_REDIS_URL needs the extra: pip install 'wayfare[redis]'")
    try:
        return Redis.from_url(url, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S)
    except ValueError as error:
        raise ConfigurationError(f"WAYFARE_REDIS_URL: {error}") from None
