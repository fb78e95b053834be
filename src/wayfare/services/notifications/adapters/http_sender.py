"""Requests to strangers' servers. Implements the port `WebhookSender`.

The name is resolved first, every address of it is judged, and the connection goes to an address that was judged: a
name cannot lead into the own network, also not by answering differently the second time. Redirects are not followed,
proxies of the environment not used, no connection is used twice (it was judged for one name only).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping

import httpx2

from wayfare.services.notifications.domain.delivery import Answer
from wayfare.services.notifications.domain.endpoint import is_public

TIMEOUT_S = 15.0
"""For everything: name, connection, request and answer."""
ANSWER_BYTES_MAX = 4_096
"""More is not read."""
HEAD_CHARS = 500
USER_AGENT = "Wayfare webhooks"


class HttpSender:
    def __init__(self, *, private: bool, timeout_s: float = TIMEOUT_S, tls: ssl.SSLContext | None = None) -> None:
        """`private`: addresses outside the public internet are allowed too. `tls`: the system's authorities."""
        self._private, self._timeout_s = private, timeout_s
        self._http = httpx2.AsyncClient(
            verify=tls or ssl.create_default_context(),
            timeout=None,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
            follow_redirects=False,
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        started = time.monotonic()
        seen = _Seen()
        error = ""
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._exchange(httpx2.URL(url), headers, body, seen)
        except TimeoutError:
            error = f"no answer in {self._timeout_s:g} s"
        except (OSError, UnicodeError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as trouble:
            error = f"{type(trouble).__name__}: {trouble}"[:HEAD_CHARS]
        duration_ms = round((time.monotonic() - started) * 1000)
        # What matters has been said when the status is there, whatever becomes of the body.
        return Answer(seen.status, duration_ms, seen.head(), "" if seen.status else error)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _exchange(self, url: httpx2.URL, headers: Mapping[str, str], body: bytes, seen: _Seen) -> None:
        address = await self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        request = self._http.build_request(
            "POST",
            url.copy_with(host=address),
            content=body,
            headers={
                **headers,
                "host": url.netloc.decode("ascii"),
                "user-agent": USER_AGENT,
                "accept-encoding": "identity",
                "connection": "close",
            },
            extensions={"sni_hostname": url.host},
        )
        response = await self._http.send(request, stream=True)
        try:
            seen.status = response.status_code
            async for chunk in response.aiter_raw():
                seen.body += chunk[: ANSWER_BYTES_MAX - len(seen.body)]
                if len(seen.body) >= ANSWER_BYTES_MAX:
                    return
        finally:
            await response.aclose()

    async def _resolve(self, host: str, port: int) -> str:
        """An address of it. Raises OSError when it has none that may be used."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [entry[4][0] for entry in found]
        if not self._private and not all(is_public(str(address)) for address in addresses):
            raise OSError(f"{host} leads to an address outside the public internet")
        return str(addresses[0])


class _Seen:
    """What of an answer came before it ended or time was up."""

    def __init__(self) -> None:
        self.status, self.body = 0, b""

    def head(self) -> str:
        """Without characters that PostgreSQL or a terminal would mind."""
        text = self.body.decode(errors="replace")[:HEAD_CHARS]
        return "".join(each if each.isprintable() or each == "\n" else "�" for each in text)
