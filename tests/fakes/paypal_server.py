"""A PayPal that answers like PayPal where Wayfare asks: access tokens, orders v2, payments v2, webhook verification.

Vaulted payment methods: `vault_good`, `vault_declined`, `vault_silent` (acts, never answers the first time),
`vault_error` (acts, answers 500 the first time), `vault_down` (503 always). An order without one waits for approval.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
from base64 import b64decode
from decimal import Decimal
from typing import Any

from fastapi import FastAPI, Request, Response

GOOD = frozenset({"vault_good", "vault_silent", "vault_error"})


class PayPalError(Exception):
    def __init__(self, status: int, issue: str) -> None:
        self.status, self.content = status, {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": issue}]}


class FakePayPal:
    def __init__(self, client_id: str = "client", secret: str = "secret", webhook_id: str = "WH-1") -> None:
        self.credentials, self.webhook_id = f"{client_id}:{secret}", webhook_id
        self.orders: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.requests = 0
        self.tokens_given = 0
        self._token = ""
        self._answers: dict[str, tuple[int, dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self._handle, methods=["GET", "POST"], response_model=None)

    def revoke_token(self) -> None:
        self._token = "revoked"

    def finish_approval(self, order_id: str, *, agreed: bool) -> None:
        """What the customer does at PayPal."""
        self.orders[order_id]["status"] = "APPROVED" if agreed else "VOIDED"

    def webhook(self, order_id: str, kind: str, secret: str = "paypal") -> tuple[dict[str, str], bytes]:
        """A signed event about an order."""
        return self._signed(kind, self.orders[order_id], secret)

    def dispute(self, order_id: str, value: str, stage: str = "CHARGEBACK") -> tuple[dict[str, str], bytes]:
        """A signed event: a dispute about an order's capture."""
        order = self.orders[order_id]
        resource = {
            "dispute_id": f"PP-D-{next(self._numbers)}",
            "disputed_transactions": [{"seller_transaction_id": _payments(order)["captures"][0]["id"]}],
            "reason": "UNAUTHORISED",
            "dispute_life_cycle_stage": stage,
            "dispute_amount": {
                "currency_code": order["purchase_units"][0]["amount"]["currency_code"],
                "value": value,
            },
        }
        return self._signed("CUSTOMER.DISPUTE.CREATED", resource, "paypal")

    def _signed(self, kind: str, resource: dict[str, Any], secret: str) -> tuple[dict[str, str], bytes]:
        event_id = f"WH-{next(self._numbers)}"
        body = json.dumps({"id": event_id, "event_type": kind, "resource": resource}, indent=1).encode()
        headers = {
            "paypal-auth-algo": "HS256",
            "paypal-cert-url": "https://paypal.test/cert",
            "paypal-transmission-id": event_id,
            "paypal-transmission-time": "2026-01-01T00:00:00Z",
            "paypal-transmission-sig": _sign(secret, event_id, body),
        }
        return headers, body

    async def _handle(self, request: Request, path: str) -> Response:
        self.requests += 1
        if path == "v1/oauth2/token":
            return self._grant(request)
        if request.headers.get("authorization") != f"Bearer {self._token}":
            return _json(401, {"name": "AUTHENTICATION_FAILURE"})
        raw = await request.body()
        if path == "v1/notifications/verify-webhook-signature":
            return self._verify(raw)
        content = json.loads(raw or b"{}")
        token = _vault_of(content)
        if token == "vault_down":
            return _json(503, {"name": "SERVICE_UNAVAILABLE"})
        key = f"{path}|{request.headers.get('paypal-request-id', '')}"
        if request.method == "POST" and key in self._answers:
            return _json(*self._answers[key])
        try:
            status, answer = (200 if request.method == "GET" else 201), self._act(request.method, path, content)
        except PayPalError as error:
            status, answer = error.status, error.content
        if request.method == "POST":
            self._answers[key] = (status, json.loads(json.dumps(answer)))
        if token == "vault_silent":
            await asyncio.sleep(3600)
        if token == "vault_error":
            return _json(500, {"name": "INTERNAL_SERVER_ERROR"})
        return _json(status, answer)

    def _grant(self, request: Request) -> Response:
        given = b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        if given != self.credentials:
            return _json(401, {"error": "invalid_client"})
        self.tokens_given += 1
        self._token = f"A21_{self.tokens_given}"
        return _json(200, {"access_token": self._token, "token_type": "Bearer", "expires_in": 32400})

    def _verify(self, raw: bytes) -> Response:
        content = json.loads(raw)
        body = raw[raw.index(b'"webhook_event":') + len(b'"webhook_event":') : -1]
        good = content["webhook_id"] == self.webhook_id and hmac.compare_digest(
            content["transmission_sig"], _sign("paypal", content["transmission_id"], body)
        )
        return _json(200, {"verification_status": "SUCCESS" if good else "FAILURE"})

    def _act(self, method: str, path: str, content: dict[str, Any]) -> dict[str, Any]:
        match (method, *path.split("/")):
            case ("POST", "v2", "checkout", "orders"):
                return self._create(content)
            case ("GET", "v2", "checkout", "orders", order_id):
                return self._order(order_id)
            case ("POST", "v2", "checkout", "orders", order_id, "authorize"):
                return self._authorise(self._order(order_id))
            case ("POST", "v2", "payments", "authorizations", found, "capture"):
                return self._capture(self._with("authorizations", found), content)
            case ("POST", "v2", "payments", "authorizations", found, "void"):
                return self._void(self._with("authorizations", found))
            case ("GET", "v2", "payments", "captures", found):
                order = self._with("captures", found)
                return _payments(order)["captures"][0] | {"custom_id": order["purchase_units"][0]["custom_id"]}
            case ("POST", "v2", "payments", "captures", found, "refund"):
                return self._refund(self._with("captures", found), content)
        raise PayPalError(404, "RESOURCE_NOT_FOUND")

    def _order(self, order_id: str) -> dict[str, Any]:
        if order_id not in self.orders:
            raise PayPalError(404, "INVALID_RESOURCE_ID")
        return self.orders[order_id]

    def _with(self, kind: str, found: str) -> dict[str, Any]:
        for order in self.orders.values():
            if any(one["id"] == found for one in _payments(order).get(kind, ())):
                return order
        raise PayPalError(404, "INVALID_RESOURCE_ID")

    def _create(self, content: dict[str, Any]) -> dict[str, Any]:
        assert content["intent"] == "AUTHORIZE"
        order_id = f"ORDER{next(self._numbers)}"
        order = {"id": order_id, "purchase_units": content["purchase_units"], "links": []}
        vault = _vault_of(content)
        if vault is None:
            link = {"rel": "payer-action", "href": f"https://paypal.test/approve/{order_id}"}
            self.orders[order_id] = order | {"status": "PAYER_ACTION_REQUIRED", "links": [link]}
            return self.orders[order_id]
        if vault == "vault_declined":
            raise PayPalError(422, "INSTRUMENT_DECLINED")
        if vault not in GOOD:
            raise PayPalError(422, "TOKEN_ID_NOT_FOUND")
        self.orders[order_id] = order
        return self._authorise(order)

    def _authorise(self, order: dict[str, Any]) -> dict[str, Any]:
        amount = order["purchase_units"][0]["amount"]
        made = {"id": f"AUTH{next(self._numbers)}", "status": "CREATED", "amount": amount}
        order["purchase_units"][0]["payments"] = {"authorizations": [made]}
        order["status"] = "COMPLETED"
        return order

    def _capture(self, order: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        authorisation = _payments(order)["authorizations"][0]
        if authorisation["status"] != "CREATED":
            raise PayPalError(422, f"AUTHORIZATION_{authorisation['status']}")
        authorisation["status"] = "CAPTURED"
        capture = {"id": f"CAP{next(self._numbers)}", "status": "COMPLETED", "amount": content["amount"]}
        _payments(order)["captures"] = [capture]
        return capture

    def _void(self, order: dict[str, Any]) -> dict[str, Any]:
        _payments(order)["authorizations"][0]["status"] = "VOIDED"
        return dict(_payments(order)["authorizations"][0])

    def _refund(self, order: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        capture = _payments(order)["captures"][0]
        given = sum(Decimal(one["amount"]["value"]) for one in self.refunds if one["capture"] == capture["id"])
        if Decimal(content["amount"]["value"]) > Decimal(capture["amount"]["value"]) - given:
            raise PayPalError(422, "REFUND_AMOUNT_EXCEEDED")
        refund = {"id": f"REF{next(self._numbers)}", "status": "COMPLETED", "amount": content["amount"]}
        self.refunds.append(refund | {"capture": capture["id"]})
        return refund


def _payments(order: dict[str, Any]) -> dict[str, Any]:
    return dict.setdefault(order["purchase_units"][0], "payments", {})


def _vault_of(content: dict[str, Any]) -> str | None:
    for source in (content.get("payment_source") or {}).values():
        found: str | None = source.get("vault_id")
        return found
    return None


def _sign(secret: str, event_id: str, body: bytes) -> str:
    return hmac.new(secret.encode(), event_id.encode() + body, hashlib.sha256).hexdigest()


def _json(status: int, content: dict[str, Any]) -> Response:
    return Response(json.dumps(content), status, None, "application/json")
