"""Redis or Valkey, where one is configured.

Over TLS: `rediss://user:password@host:6379?ssl_ca_certs=…&ssl_certfile=…&ssl_keyfile=…`; each file may be left out.
"""

from __future__ import annotations

from typing import Any

from wayfare.infrastructure.tls import TlsFiles, client_context, take_files
from wayfare.kernel.errors import ConfigurationError

try:
    from redis.asyncio import Redis, SSLConnection
    from redis.exceptions import RedisError
except ImportError:  # the extra is not installed
    Redis = None  # type: ignore[assignment,misc]
    SSLConnection = object  # type: ignore[assignment,misc]
    RedisError = OSError  # type: ignore[assignment,misc]

LOST: tuple[type[Exception], ...] = (RedisError, OSError)
"""What a call raises when the server is away or refuses."""
_PATIENCE_S = 2.0


def open_redis(url: str, *, patience_s: float = _PATIENCE_S) -> Any:
    """A client with a pool of its own; it connects with the first command. Raises ConfigurationError.

    `patience_s`: how long to wait for an answer.
    """
    if Redis is None:
        raise ConfigurationError("Redis needs the extra: pip install 'wayfare[redis]'")
    address, tls = _split(url)
    try:
        return Redis.from_url(address, socket_timeout=patience_s, socket_connect_timeout=_PATIENCE_S, **tls)
    except ValueError as error:
        raise ConfigurationError(f"the address of Redis: {error}") from None


class _TlsConnection(SSLConnection):
    """The library would trust the machine's authorities beside the one that is named."""

    def __init__(self, *, files: TlsFiles, **options: Any) -> None:
        super().__init__(**options)
        self.ssl_context.context = client_context(files)


def _split(url: str) -> tuple[str, dict[str, Any]]:
    """The address without what it says of TLS, and that as options of the client. Raises ConfigurationError."""
    bare, files = take_files(url, "ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
    if "ssl_" in bare.partition("?")[2]:
        raise ConfigurationError("the address of Redis: of TLS it knows ssl_ca_certs, ssl_certfile and ssl_keyfile")
    if not bare.startswith("rediss:"):
        if files != TlsFiles():
            raise ConfigurationError("the address of Redis: files for TLS need rediss://")
        return bare, {}
    client_context(files)  # a wrong file shows now
    return bare.replace("rediss:", "redis:", 1), {"connection_class": _TlsConnection, "files": files}
