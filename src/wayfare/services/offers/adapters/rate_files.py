"""Fetch a file of exchange rates from the disk or by HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx2

from wayfare.kernel.errors import ImportRefused, NotFound, Unavailable
from wayfare.services.offers.adapters.ecb_files import CONTENT_BYTES_MAX, read_days
from wayfare.services.offers.domain.exchange import RateDay

_CONNECT_S = 5.0
_WHOLE_S = 60.0
_REDIRECTS_MAX = 5


class EcbFiles:
    """Implements the port `RateFiles`."""

    async def read(self, source: str) -> list[RateDay]:
        if source.startswith(("http://", "https://")):
            content = await _download(source)
            name = PurePosixPath(urlsplit(source).path).name or "rates"
        else:
            path = Path(unquote(urlsplit(source).path) if source.startswith("file://") else source)
            name, content = path.name, await asyncio.to_thread(_load, path)
        return await asyncio.to_thread(read_days, name, content)


def _load(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(CONTENT_BYTES_MAX + 1)
    except OSError as error:
        raise NotFound(f"{path}: {error.strerror}") from None
    _check_size(path.name, len(content))
    return content


async def _download(url: str) -> bytes:
    try:
        shown = _shown(url)
    except ValueError as error:
        raise NotFound(f"this is no URL: {error}") from None
    content = bytearray()
    timeout = httpx2.Timeout(_WHOLE_S, connect=_CONNECT_S)
    try:
        async with (
            asyncio.timeout(_WHOLE_S),
            httpx2.AsyncClient(timeout=timeout, follow_redirects=True, max_redirects=_REDIRECTS_MAX) as http,
            http.stream("GET", url) as response,
        ):
            if response.status_code != 200:
                raise Unavailable(f"{shown} answered {response.status_code}")
            async for chunk in response.aiter_bytes():
                content += chunk
                _check_size(shown, len(content))
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
        raise Unavailable(f"{shown} cannot be fetched: {type(error).__name__}") from error
    return bytes(content)


def _check_size(name: str, size: int) -> None:
    if size > CONTENT_BYTES_MAX:
        raise ImportRefused(f"{name} has more than {CONTENT_BYTES_MAX} bytes")


def _shown(url: str) -> str:
    """Without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"
