"""Stripe: payment intents with manual capture, by the official SDK over our own HTTP client.

A lost answer is found again by sending the same creation under the same idempotency key, which Stripe keeps for a
day: it answers what became of the first (https://docs.stripe.com/api/idempotent_requests). Unlike its search, that
is never out of date.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, NoReturn

import msgspec
import stripe
from stripe.params import PaymentIntentCreateParams

from wayfare.contracts.payments.api import NextAction
from wayfare.kernel.errors import SignatureRefused, Unavailable
from wayfare.kernel.money import Money
from wayfare.services.payments.adapters.gateway_http import check_status, make_client
from wayfare.services.payments.application.ports import Charge, ChargesPage, Dispute, GatewayAnswer, Notice
from wayfare.services.payments.domain.comparison import GatewayCharge

API_URL = "https://api.stripe.com"
TOLERANCE_S = 300
_KEY = "wayfare_payment"
_PAGE = 100
_WITH_FEE = ["latest_charge.balance_transaction"]
_HUNDREDFOLD = frozenset({"ISK", "UGX"})
_WITHOUT_DECIMALS = frozenset({"MGA"})
_WITHOUT_THIRD_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


class AmountNotSupported(Exception):
    """Stripe cannot express this amount."""


def stripe_amount(amount: Money) -> int:
    """The amount in Stripe's units, which differ from ISO 4217 for some currencies.

    https://docs.stripe.com/currencies#special-cases. Raises AmountNotSupported.
    """
    if amount.currency in _HUNDREDFOLD:
        return amount.minor * 100
    if amount.currency in _WITHOUT_DECIMALS:
        if amount.minor % 100:
            raise AmountNotSupported
        return amount.minor // 100
    if amount.currency in _WITHOUT_THIRD_DECIMAL and amount.minor % 10:
        raise AmountNotSupported
    return amount.minor


def money_of(amount: int, currency: str) -> Money:
    """Stripe's amount as ours; `currency` in any case."""
    code = currency.upper()
    if code in _HUNDREDFOLD:
        return Money(amount // 100, code)
    return Money(amount * 100 if code in _WITHOUT_DECIMALS else amount, code)


class Httpx2Client(stripe.HTTPClient):
    """Carries the SDK's requests. Its own retries stay off: one place decides about them."""

    name = "httpx2"

    def __init__(self) -> None:
        super().__init__()
        self._http = make_client()

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            response = await self._http.request(method, url, headers=dict(headers), content=post_data or None)
        except Exception as error:
            raise stripe.APIConnectionError(f"{type(error).__name__}: {url}", should_retry=False) from error  # type: ignore[no-untyped-call]
        return response.content, response.status_code, response.headers

    async def close_async(self) -> None:
        await self._http.aclose()


class StripeGateway:
    """Implements the port `PaymentGateway`. Tokens are Stripe's payment methods (`pm_…`)."""

    name = "stripe"
    voids_by_key = False

    def __init__(self, api_key: str, webhook_secret: str, return_url: str, url: str = API_URL) -> None:
        """`return_url`: where Stripe sends the customer after 3-D Secure; without it only cards that need none work."""
        self._transport = Httpx2Client()
        self._client = stripe.StripeClient(
            api_key, base_addresses={"api": url}, http_client=self._transport, max_network_retries=0
        )
        self._intents = self._client.v1.payment_intents
        self._webhook_secret, self._return_url = webhook_secret, return_url

    async def authorise(self, charge: Charge) -> GatewayAnswer:
        try:
            amount = stripe_amount(charge.amount)
        except AmountNotSupported:
            return GatewayAnswer("declined", reason="amount_not_supported")
        params: PaymentIntentCreateParams = {
            "amount": amount,
            "currency": charge.amount.currency.lower(),
            "payment_method": charge.token,
            "allowed_payment_method_types": ["card"],
            "capture_method": "manual",
            "confirm": True,
            "metadata": {_KEY: charge.key},
        }
        if self._return_url:
            params["return_url"] = self._return_url
        return await self._intent(self._intents.create_async(params, options={"idempotency_key": charge.key}))

    async def look_up(self, charge: Charge) -> GatewayAnswer:
        if charge.ref:
            return await self._intent(self._intents.retrieve_async(charge.ref))
        return await self.authorise(charge)

    async def capture(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        params: Any = {"amount_to_capture": stripe_amount(amount), "expand": _WITH_FEE}
        options: Any = {"idempotency_key": f"{key}-capture"}
        answer = await self._intent(self._intents.capture_async(ref, params, options=options))
        if answer.reason == "payment_intent_unexpected_state":  # captured long ago, or gone
            expand: Any = {"expand": _WITH_FEE}
            answer = await self._intent(self._intents.retrieve_async(ref, expand))
        return answer if answer.outcome == "captured" else GatewayAnswer("declined", ref, answer.reason)

    async def void(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        options: Any = {"idempotency_key": f"{key}-void"}
        answer = await self._intent(self._intents.cancel_async(ref, options=options))
        if answer.reason == "payment_intent_unexpected_state":
            answer = await self._intent(self._intents.retrieve_async(ref))
            if answer.outcome == "captured":
                return await self.refund(f"{key}-give-back", ref, amount)
        return GatewayAnswer("voided", ref)

    async def refund(self, key: str, ref: str, amount: Money) -> GatewayAnswer:
        params: Any = {"payment_intent": ref, "amount": stripe_amount(amount)}
        try:
            refund = await self._client.v1.refunds.create_async(params, options={"idempotency_key": key})
        except stripe.StripeError as error:
            return _refused(error)
        if refund.status in ("failed", "canceled"):
            return GatewayAnswer("declined", refund.id, getattr(refund, "failure_reason", None) or "refund_failed")
        return GatewayAnswer("refunded", refund.id)

    async def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice | None:
        try:
            signature = headers.get("stripe-signature", "")
            stripe.WebhookSignature.verify_header(body.decode(), signature, self._webhook_secret, TOLERANCE_S)
            event = msgspec.json.decode(body)
            event_id, kind, subject = str(event["id"]), str(event["type"]), event["data"]["object"]
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError):
            raise SignatureRefused("the webhook's signature is not valid") from None
        if kind == "charge.dispute.created":
            return await self._disputed(event_id, kind, subject)
        key = (subject.get("metadata") or {}).get(_KEY, "")
        return Notice(event_id, str(key), kind) if key and kind.startswith("payment_intent.") else None

    async def list_charges(self, since_s: int, after: str) -> ChargesPage | None:
        params: Any = {"created": {"gte": since_s}, "limit": _PAGE, "expand": ["data.latest_charge"]}
        if after:
            params["starting_after"] = after
        try:
            page = await self._intents.list_async(params)
        except stripe.StripeError as error:
            _unavailable(error)
        ours = [intent for intent in page.data if _key_of(intent)]
        return ChargesPage(tuple(map(_listed, ours)), page.data[-1].id if page.has_more else "")

    def retry_after_s(self, method: str) -> int:  # noqa: ARG002
        return 0

    async def aclose(self) -> None:
        await self._transport.close_async()

    async def _disputed(self, event_id: str, kind: str, dispute: Mapping[str, Any]) -> Notice | None:
        """An inquiry (a status of warning_…) moves no money. The dispute does not name our key: its intent does."""
        if not dispute.get("payment_intent") or str(dispute.get("status", "")).startswith("warning_"):
            return None
        try:
            intent = await self._intents.retrieve_async(str(dispute["payment_intent"]))
        except stripe.StripeError as error:
            _unavailable(error)
        key = _key_of(intent)
        if not key:
            return None
        amount = money_of(int(dispute["amount"]), str(dispute["currency"]))
        return Notice(event_id, key, kind, Dispute(str(dispute["id"]), amount, str(dispute.get("reason", ""))))

    async def _intent(self, asked: Awaitable[stripe.PaymentIntent]) -> GatewayAnswer:
        try:
            return _answer(await asked)
        except stripe.StripeError as error:
            return _refused(error)


def _answer(intent: stripe.PaymentIntent) -> GatewayAnswer:
    if intent.status == "requires_capture":
        return GatewayAnswer("authorised", intent.id)
    if intent.status == "succeeded":
        return GatewayAnswer("captured", intent.id, fee=_fee(intent))
    if intent.status == "canceled":
        return GatewayAnswer("declined", intent.id, getattr(intent, "cancellation_reason", None) or "canceled")
    if intent.status == "requires_payment_method":
        error = getattr(intent, "last_payment_error", None)
        reason = (getattr(error, "decline_code", None) or getattr(error, "code", None)) if error else None
        return GatewayAnswer("declined", intent.id, reason or "card_declined")
    redirect = getattr(getattr(intent, "next_action", None), "redirect_to_url", None)
    action = NextAction("redirect", redirect.url) if redirect is not None else None
    return GatewayAnswer("pending", intent.id, intent.status.removeprefix("requires_"), action)


def _key_of(intent: stripe.PaymentIntent) -> str:
    """The payment an intent was made for; "" when it is none of ours."""
    return getattr(intent.metadata, _KEY, "")


def _fee(intent: stripe.PaymentIntent) -> int:
    """What Stripe keeps, where it says so already and keeps it in the currency of the charge."""
    booked = getattr(getattr(intent, "latest_charge", None), "balance_transaction", None)
    fee, currency = getattr(booked, "fee", 0), getattr(booked, "currency", "")
    return money_of(fee, currency).minor if currency == intent.currency else 0


def _listed(intent: stripe.PaymentIntent) -> GatewayCharge:
    charged = getattr(intent, "latest_charge", None)
    return GatewayCharge(
        key=_key_of(intent),
        amount=money_of(intent.amount, intent.currency),
        captured=money_of(intent.amount_received, intent.currency).minor,
        refunded=money_of(getattr(charged, "amount_refunded", 0), intent.currency).minor,
        reserved=intent.status == "requires_capture",
        made_s=intent.created,
    )


def _refused(error: stripe.StripeError) -> GatewayAnswer:
    """A refusal by the card or of the request. Raises `Unavailable` when it says nothing about the charge."""
    if isinstance(error, (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError)):
        check_status("stripe", error.http_status or 400)
        if error.http_status != 409:
            inner = error.error
            reason = (getattr(inner, "decline_code", None) if inner else None) or error.code
            return GatewayAnswer("declined", reason=reason or type(error).__name__)
    _unavailable(error)


def _unavailable(error: stripe.StripeError) -> NoReturn:
    raise Unavailable(f"stripe cannot be asked: {type(error).__name__}") from error
