"""The simulated gateway behind HTTP: the client of `wayfare gateway-sim`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from wayfare.contracts.payments.api import NextAction
from wayfare.kernel.errors import SignatureRefused, Unavailable
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.gateway_http import ask, content_of, make_client
from wayfare.services.payments.adapters.gateway_sim.signing import check_signature
from wayfare.services.payments.application.ports import Charge, ChargesPage, Dispute, GatewayAnswer, Notice, Outcome
from wayfare.services.payments.domain.comparison import GatewayCharge

_PAGE = 1000
_OUTCOMES: dict[str, Outcome] = {
    "authorised": "authorised",
    "pending": "pending",
    "declined": "declined",
    "captured": "captured",
    "voided": "voided",
    "refunded": "refunded",
}


class SimulatedHttpGateway:
    """Implements the port `PaymentGateway`."""

    name = "simulated_http"
    voids_by_key = True

    def __init__(self, url: str, api_key: str, webhook_secret: str) -> None:
        self._http = make_client(url, headers={"authorization": f"Bearer {api_key}"})
        self._webhook_secret = webhook_secret

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        content = {
            "amount": charge.amount.minor,
            "currency": charge.amount.currency,
            "token": charge.token,
            "method": charge.method,
        }
        return _answer(await self._post("/authorisations", charge.key, content))

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        response = await ask(self.name, self._http, "GET", "/authorisations", params={"key": charge.key})
        if response.status_code == 404:
            return GatewayAnswer("unknown")
        return _answer(content_of(self.name, response))

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        content = {"amount": amount.minor, "currency": amount.currency}
        return _answer(await self._post(f"/authorisations/{ref}/capture", key, content))

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        if not ref:
            found = await self.look_up(Charge(key, amount, "", ""))
            if not found.ref:
                return GatewayAnswer("voided")
            ref = found.ref
        answer = _answer(await self._post(f"/authorisations/{ref}/void", key, {}))
        if answer.reason == "charge_captured":
            return await self.refund(f"{key}-give-back", ref, amount)
        return GatewayAnswer("voided", ref)

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        content = {"charge": ref, "amount": amount.minor, "currency": amount.currency}
        return _answer(await self._post("/refunds", key, content))

    async def list_charges(self, since_s: int, after: str) -> ChargesPage | None:
        params: dict[str, Any] = {"since": since_s, "after": after, "limit": _PAGE}
        response = await ask(self.name, self._http, "GET", "/charges", params=params)
        if response.status_code != 200:
            raise Unavailable(f"{self.name} answered {response.status_code}")
        items = content_of(self.name, response)["items"]
        return ChargesPage(tuple(map(_listed, items)), items[-1]["id"] if len(items) == _PAGE else "")

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        event_id = check_signature(self._webhook_secret, headers, body)
        try:
            content = msgspec.json.decode(body)
            told = content["data"].get("dispute")
            dispute = (
                Dispute(str(told["id"]), Money(int(told["amount"]), str(told["currency"])), str(told["reason"]))
                if told
                else None
            )
            return Notice(event_id, str(content["data"]["key"]), str(content["type"]), dispute)
        except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError):
            raise SignatureRefused("the webhook is not one of the simulated gateway") from None

    def retry_after_s(self, method: str) -> int:  # noqa: ARG002
        return 0

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _post(self, path: str, key: str, content: dict[str, Any]) -> dict[str, Any]:
        response = await ask(self.name, self._http, "POST", path, json=content, headers={"idempotency-key": key})
        if response.status_code in (401, 404, 422):
            return {"state": "declined", "reason": f"http_{response.status_code}"}
        return content_of(self.name, response)


def _answer(content: dict[str, Any]) -> GatewayAnswer:
    action = content.get("next_action")
    return GatewayAnswer(
        _OUTCOMES.get(content.get("state", ""), "declined"),
        content.get("id", ""),
        content.get("reason", ""),
        NextAction("redirect", action["url"]) if action else None,
        fee=int(content.get("fee", 0)),
    )


def _listed(item: dict[str, Any]) -> GatewayCharge:
    amount = Money(item["amount"], item["currency"])
    reserved = item["state"] == "authorised"
    return GatewayCharge(item["key"], amount, item["captured"], item["refunded"], reserved, int(item["made_at"]))
