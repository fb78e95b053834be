"""PayPal's REST API: an access token that is renewed in time, and idempotent posts."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx2
import msgspec

from wayfare.kernel.errors import Unavailable
from wayfare.services.payments.adapters.gateway_http import ask, content_of, make_client

API_URL = "https://api-m.paypal.com"
_RENEW_BEFORE_S = 60
_NAME = "paypal"


class PayPalClient:
    def __init__(self, client_id: str, client_secret: str, url: str = API_URL) -> None:
        self._http = make_client(url)
        self._credentials = (client_id, client_secret)
        self._token, self._token_until = "", 0.0
        self._renewing = asyncio.Lock()

    async def get(self, path: str) -> httpx2.Response:
        """Raises Unavailable."""
        return await self._ask("GET", path, {})

    async def post(self, path: str, request_id: str | None, content: dict[str, Any] | bytes) -> httpx2.Response:
        """Post JSON. `request_id` makes it idempotent. Raises Unavailable."""
        headers = {"content-type": "application/json", "prefer": "return=representation"}
        if request_id is not None:
            headers["paypal-request-id"] = request_id
        body = content if isinstance(content, bytes) else msgspec.json.encode(content)
        return await self._ask("POST", path, headers, body)

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> httpx2.Response:
        for _ in range(2):
            token = await self._get_token()
            sent = headers | {"authorization": f"Bearer {token}"}
            response = await ask(_NAME, self._http, method, path, headers=sent, content=body)
            if response.status_code != 401:
                return response
            if token == self._token:  # revoked before its time
                self._token = ""
        raise Unavailable("paypal does not accept our credentials")

    async def _get_token(self) -> str:
        async with self._renewing:
            if not self._token or time.monotonic() >= self._token_until:
                form = {"grant_type": "client_credentials"}
                response = await ask(_NAME, self._http, "POST", "/v1/oauth2/token", data=form, auth=self._credentials)
                if not response.is_success:
                    raise Unavailable("paypal does not accept our credentials")
                content = content_of(_NAME, response)
                self._token = str(content["access_token"])
                self._token_until = time.monotonic() + float(content["expires_in"]) - _RENEW_BEFORE_S
            return self._token
