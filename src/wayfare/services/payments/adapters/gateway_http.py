"""One way to ask a gateway over HTTP: its trouble becomes `Unavailable`, everything else is its answer."""

from __future__ import annotations

from typing import Any

import httpx2
import msgspec

from wayfare.kernel.errors import Unavailable

CONNECT_S = 2.0
CALL_S = 10.0
"""The longest one exchange may take, whatever the caller allows."""
_TROUBLE = frozenset({408, 425, 429})


def make_client(base_url: str = "", **options: Any) -> httpx2.AsyncClient:
    """A client with time-outs everywhere; how many requests run at once is the bulkhead's business."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=32)
    timeout = httpx2.Timeout(CALL_S, connect=CONNECT_S)
    return httpx2.AsyncClient(base_url=base_url, timeout=timeout, limits=limits, **options)


async def ask(gateway: str, http: httpx2.AsyncClient, method: str, url: str, **options: Any) -> httpx2.Response:
    """The response. Raises `Unavailable` when none came, or one that says nothing about the request."""
    try:
        response = await http.request(method, url, **options)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise Unavailable(f"{gateway} cannot be reached: {type(error).__name__}") from error
    check_status(gateway, response.status_code)
    return response


def check_status(gateway: str, status: int) -> None:
    """Raises `Unavailable` for a status after which nobody knows, or that asks to come again."""
    if status >= 500 or status in _TROUBLE:
        raise Unavailable(f"{gateway} answered {status}")


def content_of(gateway: str, response: httpx2.Response) -> dict[str, Any]:
    """The JSON object of a response. Raises `Unavailable` when it is none: a proxy answered, not the gateway."""
    try:
        content = msgspec.json.decode(response.content or b"{}")
    except msgspec.DecodeError:
        content = None
    if not isinstance(content, dict):
        raise Unavailable(f"{gateway} answered {response.status_code} without JSON")
    return content


def is_timeout(error: BaseException) -> bool:
    """Whether this trouble was silence: then the caller's time is used up and asking again at once is no use."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, (TimeoutError, httpx2.TimeoutException)):
            return not isinstance(cause, httpx2.ConnectTimeout)
        cause = cause.__cause__
    return False
