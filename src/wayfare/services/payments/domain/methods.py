"""How one can pay here, as a checkout has to know before it asks for money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from wayfare.services.payments.domain.simulation import judge

Method = Literal["card", "paypal"]
METHODS_OF: Mapping[str, Method] = {
    "simulated": "card",
    "simulated_http": "card",
    "stripe": "card",
    "paypal": "paypal",
}
"""What a gateway takes from a passenger."""
SIMULATED = ("simulated", "simulated_http")
PAYPAL_APPROVAL = "approval"
"""The token of a customer who approves the payment at PayPal; any other one names a vaulted payment method."""
_CARDS = {
    "tok_approved": "Is paid at once",
    "tok_declined": "Is declined",
    "tok_insufficient_funds": "Is declined: there is too little on it",
    "tok_3ds": "The bank asks the cardholder, who confirms",
    "tok_3ds_declined": "The bank asks the cardholder, who does not confirm",
    "tok_slow": "Is paid after two seconds",
    "tok_capture_declined": "Is reserved, but cannot be charged",
}


class SimulatedCard(msgspec.Struct, frozen=True):
    """A card of the simulated gateway. `outcome`: what it answers at first."""

    token: str
    outcome: Literal["authorised", "declined", "pending"]
    about: str


class OfferedMethod(msgspec.Struct, frozen=True):
    """`redirects`: a `next_action` leads to a page that is there; else nobody has to go anywhere."""

    method: Method
    gateway: str
    redirects: bool
    token: str | None = None  # what to send where no form makes one
    publishable_key: str | None = None  # for Stripe's form in the browser
    test_cards: Sequence[SimulatedCard] = ()


def offered_methods(routes: Mapping[str, Sequence[str]], default: str, stripe_key: str) -> list[OfferedMethod]:
    """`routes`: gateways by method, the first is asked first; `default`: takes what no route names.

    A method is offered when the gateway that gets its payments can take it. `stripe_key`: publishable, "" for none:
    without it a browser cannot make Stripe's tokens, and cards are left to those who have some.
    """
    methods: tuple[Method, ...] = ("card", "paypal")
    first = {method: routes.get(method, (default,))[0] for method in methods}
    return [_offer(method, name, stripe_key) for method, name in first.items() if METHODS_OF.get(name) == method]


def _offer(method: Method, gateway: str, stripe_key: str) -> OfferedMethod:
    return OfferedMethod(
        method=method,
        gateway=gateway,
        redirects=gateway != "simulated",
        token=PAYPAL_APPROVAL if gateway == "paypal" else None,
        publishable_key=stripe_key or None if gateway == "stripe" else None,
        test_cards=[SimulatedCard(token, judge(token).outcome, about) for token, about in _CARDS.items()]
        if gateway in SIMULATED
        else (),
    )
