"""PayPal: orders v2 with intent AUTHORIZE (https://developer.paypal.com/docs/api/orders/v2/).

The order's id is the reference; authorisation, capture and refunds are read from the order. A lost answer is found
again by sending the same creation under the same PayPal-Request-Id: PayPal answers what became of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2
import msgspec

from wayfare.contracts.payments.api import NextAction
from wayfare.kernel.errors import SignatureRefused, ValidationFailed
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.gateway_http import content_of
from wayfare.services.payments.adapters.paypal_client import PayPalClient
from wayfare.services.payments.application.ports import Charge, ChargesPage, Dispute, GatewayAnswer, Notice
from wayfare.services.payments.domain.methods import PAYPAL_APPROVAL

_WITHOUT_DECIMALS = frozenset({"HUF", "TWD"})
_DONE = frozenset({"COMPLETED", "PENDING"})
_DISPUTES = frozenset({"CUSTOMER.DISPUTE.CREATED", "CUSTOMER.DISPUTE.UPDATED"})
_SIGNED = ("auth-algo", "cert-url", "transmission-id", "transmission-sig", "transmission-time")


class AmountNotSupported(Exception):
    """PayPal cannot express this amount."""


def paypal_amount(amount: Money) -> dict[str, str]:
    """PayPal's form of an amount; it knows no decimals for some currencies that have them. Raises AmountNotSupported.

    https://developer.paypal.com/reference/currency-codes/
    """
    value = amount.amount
    if amount.currency in _WITHOUT_DECIMALS:
        if amount.minor % 100:
            raise AmountNotSupported
        value = str(amount.minor // 100)
    return {"currency_code": amount.currency, "value": value}


class PayPalGateway:
    """Implements the port `PaymentGateway`."""

    name = "paypal"
    voids_by_key = False

    def __init__(self, client: PayPalClient, webhook_id: str, return_url: str) -> None:
        """`return_url`: where PayPal sends the customer after an approval."""
        self._client, self._webhook_id, self._return_url = client, webhook_id, return_url

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        try:
            amount = paypal_amount(charge.amount)
        except AmountNotSupported:
            return GatewayAnswer("declined", reason="amount_not_supported")
        order = {
            "intent": "AUTHORIZE",
            "purchase_units": [{"custom_id": charge.key, "amount": amount}],
            "payment_source": self._source(charge),
        }
        return await self._order(await self._client.post("/v2/checkout/orders", charge.key, order), charge.key)

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        if not charge.ref:
            return await self.authorise(charge)
        return await self._order(await self._client.get(f"/v2/checkout/orders/{charge.ref}"), charge.key)

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        order = await self._get_order(ref)
        if _first(order, "captures"):
            return _captured(ref, _first(order, "captures"))
        authorisation = _first(order, "authorizations")
        if not authorisation:
            return GatewayAnswer("declined", ref, "nothing_authorised")
        path = f"/v2/payments/authorizations/{authorisation['id']}/capture"
        content = {"amount": paypal_amount(amount), "final_capture": True}
        response = await self._client.post(path, f"{key}-capture", content)
        return _captured(ref, content_of(self.name, response)) if response.is_success else _refused(response)

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        order = await self._get_order(ref)
        if _first(order, "captures"):
            return await self.refund(f"{key}-give-back", ref, amount)
        authorisation = _first(order, "authorizations")
        # An order nobody has approved reserves nothing and lapses by itself.
        if authorisation and authorisation.get("status") in ("CREATED", "PENDING"):
            await self._client.post(f"/v2/payments/authorizations/{authorisation['id']}/void", f"{key}-void", {})
        return GatewayAnswer("voided", ref)

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        capture = _first(await self._get_order(ref), "captures")
        if not capture:
            return GatewayAnswer("declined", reason="nothing_captured")
        path = f"/v2/payments/captures/{capture['id']}/refund"
        response = await self._client.post(path, key, {"amount": paypal_amount(amount)})
        if not response.is_success:
            return _refused(response)
        refund = content_of(self.name, response)
        if refund.get("status") in _DONE:
            return GatewayAnswer("refunded", refund.get("id", ""))
        return GatewayAnswer("declined", refund.get("id", ""), "refund_failed")

    async def list_charges(self, since_s: int, after: str) -> ChargesPage | None:  # noqa: ARG002
        """None: PayPal's transaction search is up to three hours late and needs a permission of its own.

        https://developer.paypal.com/docs/api/transaction-search/v1/
        """
        return None

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        signed = {name.replace("-", "_"): headers.get(f"paypal-{name}", "") for name in _SIGNED}
        try:
            event = msgspec.json.decode(body)
            # PayPal checks the very bytes it sent.
            content = msgspec.json.encode(
                {**signed, "webhook_id": self._webhook_id, "webhook_event": msgspec.Raw(body)}
            )
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise SignatureRefused("the webhook is not JSON") from None
        if not all(signed.values()) or not isinstance(event, dict):
            raise SignatureRefused("the webhook is not signed")
        response = await self._client.post("/v1/notifications/verify-webhook-signature", None, content)
        if not response.is_success or content_of(self.name, response).get("verification_status") != "SUCCESS":
            raise SignatureRefused("the webhook's signature is not valid")
        if event.get("event_type") in _DISPUTES:
            return await self._disputed(event)
        key = _key_of(event.get("resource") or {})
        return Notice(str(event.get("id", "")), key, str(event.get("event_type", ""))) if key else None

    def retry_after_s(self, method: str) -> int:  # noqa: ARG002
        return 0

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _disputed(self, event: dict[str, Any]) -> Notice | None:
        """A dispute takes money at the stage of a chargeback only. It names the capture, which names our key."""
        dispute = event.get("resource") or {}
        captures = [one.get("seller_transaction_id") for one in dispute.get("disputed_transactions") or ()]
        if dispute.get("dispute_life_cycle_stage") != "CHARGEBACK" or not captures:
            return None
        capture = content_of(self.name, await self._client.get(f"/v2/payments/captures/{captures[0]}"))
        amount = dispute.get("dispute_amount") or {}
        try:
            money = Money.parse(str(amount["value"]), str(amount["currency_code"]))
            told = Dispute(str(dispute["dispute_id"]), money, str(dispute.get("reason", "")).lower())
            event_id, kind = str(event["id"]), str(event["event_type"])
        except (KeyError, ValidationFailed):
            raise SignatureRefused("the dispute is not one of PayPal's") from None
        key = _key_of(capture)
        return Notice(event_id, key, kind, told) if key else None

    def _source(self, charge: Charge) -> dict[str, Any]:
        if charge.token == PAYPAL_APPROVAL:
            urls = {"return_url": self._return_url, "cancel_url": self._return_url, "user_action": "PAY_NOW"}
            return {"paypal": {"experience_context": urls}}
        return {"paypal" if charge.method == "paypal" else "card": {"vault_id": charge.token}}

    async def _get_order(self, ref: str) -> dict[str, Any]:
        return content_of(self.name, await self._client.get(f"/v2/checkout/orders/{ref}"))

    async def _order(self, response: httpx2.Response, key: str) -> GatewayAnswer:
        """What an order says; one the customer has approved is authorised now."""
        if not response.is_success:
            return _refused(response)
        order = content_of(self.name, response)
        if order.get("status") == "APPROVED":
            path = f"/v2/checkout/orders/{order['id']}/authorize"
            response = await self._client.post(path, f"{key}-authorize", {})
            if not response.is_success:
                return _refused(response)
            order = content_of(self.name, response)
        return _answer(order)


def _answer(order: dict[str, Any]) -> GatewayAnswer:
    ref = order.get("id", "")
    if _first(order, "captures"):
        return _captured(ref, _first(order, "captures"))
    authorisation = _first(order, "authorizations")
    if authorisation:
        status = authorisation.get("status", "")
        if status == "CREATED":
            return GatewayAnswer("authorised", ref)
        if status == "PENDING":
            return GatewayAnswer("pending", ref, "gateway_review")
        return GatewayAnswer("declined", ref, f"authorisation_{status.lower()}")
    if order.get("status") == "VOIDED":
        return GatewayAnswer("declined", ref, "order_voided")
    links = {link.get("rel"): link.get("href", "") for link in order.get("links", ())}
    url = links.get("payer-action") or links.get("approve")
    return GatewayAnswer("pending", ref, "action_required", NextAction("redirect", url) if url else None)


def _captured(ref: str, capture: dict[str, Any]) -> GatewayAnswer:
    if capture.get("status") in _DONE | {"REFUNDED", "PARTIALLY_REFUNDED"}:
        return GatewayAnswer("captured", ref)
    return GatewayAnswer("declined", ref, f"capture_{capture.get('status', 'unknown').lower()}")


def _refused(response: httpx2.Response) -> GatewayAnswer:
    content = content_of("paypal", response)
    details = content.get("details") or [{}]
    return GatewayAnswer("declined", reason=str(details[0].get("issue") or content.get("name") or "refused").lower())


def _first(order: dict[str, Any], kind: str) -> dict[str, Any]:
    units = order.get("purchase_units") or [{}]
    found = (units[0].get("payments") or {}).get(kind) or [{}]
    return dict(found[0])


def _key_of(resource: dict[str, Any]) -> str:
    units = resource.get("purchase_units") or [{}]
    return str(resource.get("custom_id") or units[0].get("custom_id") or "")
