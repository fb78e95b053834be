"""A Stripe that answers like Stripe where Wayfare asks: payment intents, refunds, idempotency, 3-D Secure, webhooks.

Payment methods are Stripe's own test ones, and three of ours for trouble: `pm_fake_silent` (acts, never answers the
first time), `pm_fake_error` (acts, answers 500 the first time), `pm_fake_down` (503 always, nothing happens).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response

DECLINES = {
    "pm_card_visa_chargeDeclined": "generic_decline",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "insufficient_funds",
}
CHALLENGED = "pm_card_authenticationRequired"
GOOD = frozenset({"pm_card_visa", "pm_fake_silent", "pm_fake_error", CHALLENGED})


class StripeError(Exception):
    def __init__(self, status: int, kind: str, code: str, **more: str) -> None:
        self.status, self.content = status, {"error": {"type": kind, "code": code, "message": code, **more}}


class FakeStripe:
    def __init__(self, api_key: str = "sk_test_fake", webhook_secret: str = "whsec_fake") -> None:
        self.api_key, self.webhook_secret = api_key, webhook_secret
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.fee_permille, self.settled_in, self.page_max = 0, "eur", 100
        self.booked: dict[str, dict[str, Any]] = {}
        self.requests = 0
        self._answers: dict[str, tuple[str, int, dict[str, Any]]] = {}
        self._numbers = itertools.count(1)
        self.app = FastAPI()
        self.app.add_api_route("/v1/{path:path}", self._handle, methods=["GET", "POST"], response_model=None)

    def finish_challenge(self, intent_id: str, *, agreed: bool) -> None:
        """What the customer does at his bank."""
        intent = self.intents[intent_id]
        intent["next_action"] = None
        intent["status"] = "requires_capture" if agreed else "requires_payment_method"
        if not agreed:
            code = "payment_intent_authentication_failure"
            intent["last_payment_error"] = {"type": "card_error", "code": code, "message": code}

    def webhook(self, intent_id: str, kind: str, secret: str | None = None) -> tuple[dict[str, str], bytes]:
        """A signed event about an intent."""
        return self._signed(kind, self.intents[intent_id], secret)

    def dispute(self, intent_id: str, amount: int, status: str = "needs_response") -> tuple[dict[str, str], bytes]:
        """A signed event: the customer's bank took money back. It names the intent, not its metadata."""
        intent = self.intents[intent_id]
        dispute = {
            "id": f"dp_{next(self._numbers)}",
            "object": "dispute",
            "amount": amount,
            "charge": intent["latest_charge"]["id"],
            "currency": intent["currency"],
            "metadata": {},
            "payment_intent": intent_id,
            "reason": "fraudulent",
            "status": status,
        }
        return self._signed("charge.dispute.created", dispute)

    def _signed(self, kind: str, subject: dict[str, Any], secret: str | None = None) -> tuple[dict[str, str], bytes]:
        event = {
            "id": f"evt_{next(self._numbers)}",
            "object": "event",
            "api_version": "2026-01-01",
            "type": kind,
            "created": int(time.time()),
            "data": {"object": subject},
        }
        body = json.dumps(event).encode()
        stamp = str(int(time.time()))
        mac = hmac.new((secret or self.webhook_secret).encode(), f"{stamp}.".encode() + body, hashlib.sha256)
        return {"stripe-signature": f"t={stamp},v1={mac.hexdigest()}"}, body

    async def _handle(self, request: Request, path: str) -> Response:
        self.requests += 1
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return _json(401, {"error": {"type": "invalid_request_error", "message": "wrong key"}})
        params = dict(parse_qsl(request.url.query) + parse_qsl((await request.body()).decode()))
        token = params.get("payment_method", "")
        if token == "pm_fake_down":
            return _json(503, {"error": {"type": "api_error", "message": "down"}})
        key = request.headers.get("idempotency-key", "")
        said = json.dumps([path, params], sort_keys=True)
        if key in self._answers:
            known, status, content = self._answers[key]
            if known != said:
                return _json(400, {"error": {"type": "idempotency_error", "message": "other parameters"}})
            return _json(status, content)
        try:
            status, content = 200, self._act(request.method, path.split("/"), params)
        except StripeError as error:
            status, content = error.status, error.content
        if key:
            self._answers[key] = (said, status, json.loads(json.dumps(content)))
        if token == "pm_fake_silent":
            await asyncio.sleep(3600)
        if token == "pm_fake_error":
            return _json(500, {"error": {"type": "api_error", "message": "trouble"}})
        return _json(status, content)

    def _act(self, method: str, path: list[str], params: dict[str, str]) -> dict[str, Any]:
        match (method, *path):
            case ("POST", "payment_intents"):
                return self._create(params)
            case ("GET", "payment_intents"):
                return self._list(params)
            case ("GET", "payment_intents", intent_id):
                return self._expanded(self._get(intent_id), params)
            case ("POST", "payment_intents", intent_id, "capture"):
                return self._capture(self._get(intent_id), params)
            case ("POST", "payment_intents", intent_id, "cancel"):
                return self._cancel(self._get(intent_id))
            case ("POST", "refunds"):
                return self._refund(self._get(params["payment_intent"]), params)
        raise StripeError(404, "invalid_request_error", "resource_missing")

    def _get(self, intent_id: str) -> dict[str, Any]:
        if intent_id not in self.intents:
            raise StripeError(404, "invalid_request_error", "resource_missing")
        return self.intents[intent_id]

    def _create(self, params: dict[str, str]) -> dict[str, Any]:
        assert params["capture_method"] == "manual"
        assert params["confirm"] == "true"
        token = params["payment_method"]
        if token in DECLINES:
            raise StripeError(402, "card_error", "card_declined", decline_code=DECLINES[token])
        if token not in GOOD:
            raise StripeError(400, "invalid_request_error", "resource_missing")
        intent_id = f"pi_{next(self._numbers)}"
        challenged = token == CHALLENGED
        action = {"type": "redirect_to_url", "redirect_to_url": {"url": f"https://hooks.stripe.test/{intent_id}"}}
        self.intents[intent_id] = {
            "id": intent_id,
            "object": "payment_intent",
            "amount": int(params["amount"]),
            "amount_received": 0,
            "currency": params["currency"],
            "status": "requires_action" if challenged else "requires_capture",
            "next_action": action if challenged else None,
            "last_payment_error": None,
            "cancellation_reason": None,
            "metadata": {"wayfare_payment": params["metadata[wayfare_payment]"]},
            "created": int(time.time()),
            "latest_charge": None,
        }
        return self.intents[intent_id]

    def _capture(self, intent: dict[str, Any], params: dict[str, str]) -> dict[str, Any]:
        if intent["status"] != "requires_capture":
            raise StripeError(400, "invalid_request_error", "payment_intent_unexpected_state")
        if int(params["amount_to_capture"]) > intent["amount"]:
            raise StripeError(400, "invalid_request_error", "amount_too_large")
        taken = int(params["amount_to_capture"])
        fee = (taken * self.fee_permille + 500) // 1000
        booked = {"object": "balance_transaction", "fee": fee, "currency": self.settled_in}
        charge = {"id": f"ch_{next(self._numbers)}", "object": "charge", "amount_refunded": 0}
        self.booked[charge["id"]] = booked
        _change(intent, status="succeeded", amount_received=taken, latest_charge=charge)
        return self._expanded(intent, params)

    def _expanded(self, intent: dict[str, Any], params: dict[str, str]) -> dict[str, Any]:
        """An intent with the fee of its charge, where that was asked for."""
        charge = intent["latest_charge"]
        if charge is None or params.get("expand[0]") != "latest_charge.balance_transaction":
            return intent
        return intent | {"latest_charge": charge | {"balance_transaction": self.booked[charge["id"]]}}

    def _list(self, params: dict[str, str]) -> dict[str, Any]:
        """The newest first, as Stripe lists them."""
        assert params["expand[0]"] == "data.latest_charge"
        made = [one for one in self.intents.values() if one["created"] >= int(params["created[gte]"])][::-1]
        after = params.get("starting_after")
        start = 1 + next(number for number, one in enumerate(made) if one["id"] == after) if after else 0
        page = made[start : start + min(int(params["limit"]), self.page_max)]
        return {"object": "list", "data": page, "has_more": start + len(page) < len(made), "url": "/v1/payment_intents"}

    def _cancel(self, intent: dict[str, Any]) -> dict[str, Any]:
        if intent["status"] in ("succeeded", "canceled"):
            raise StripeError(400, "invalid_request_error", "payment_intent_unexpected_state")
        return _change(intent, status="canceled", next_action=None)

    def _refund(self, intent: dict[str, Any], params: dict[str, str]) -> dict[str, Any]:
        amount = int(params["amount"])
        given = sum(one["amount"] for one in self.refunds if one["payment_intent"] == intent["id"])
        if amount > intent["amount_received"] - given:
            raise StripeError(400, "invalid_request_error", "charge_already_refunded")
        refund = {"id": f"re_{next(self._numbers)}", "object": "refund", "amount": amount, "status": "succeeded"}
        self.refunds.append(refund | {"payment_intent": intent["id"]})
        intent["latest_charge"]["amount_refunded"] += amount
        return self.refunds[-1]


def _change(intent: dict[str, Any], **changes: Any) -> dict[str, Any]:
    intent.update(changes)
    return intent


def _json(status: int, content: dict[str, Any]) -> Response:
    return Response(json.dumps(content), status, {"request-id": "req_fake"}, "application/json")
