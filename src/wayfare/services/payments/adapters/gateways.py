"""Build the gateways that the configuration names."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from wayfare.kernel.errors import ConfigurationError
from wayfare.services.payments.adapters.gateway_router import GatewayRouter, parse_routes
from wayfare.services.payments.adapters.resilience import Limits, ResilientGateway
from wayfare.services.payments.adapters.simulated_gateway import SimulatedGateway
from wayfare.services.payments.application.ports import PaymentGateway
from wayfare.services.payments.domain.methods import OfferedMethod, offered_methods


class GatewayOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses and keys of the gateways; only those of the chosen ones must be there.

    `routes`: gateways by method, in order of preference, where one gateway is not enough.
    """

    gateway: str = "simulated"
    routes: str = ""
    return_url: str = "http://127.0.0.1:8000/"
    simulated_url: str = "http://127.0.0.1:8090"
    simulated_key: str = ""
    simulated_webhook_secret: str = ""
    stripe_url: str = "https://api.stripe.com"
    stripe_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_publishable_key: str = ""
    paypal_url: str = "https://api-m.paypal.com"
    paypal_client_id: str = ""
    paypal_secret: str = ""
    paypal_webhook_id: str = ""
    limits: Limits = Limits()


def build_gateways(options: GatewayOptions, secret: bytes) -> GatewayRouter:
    """Every gateway the options name, behind one port. Raises `ConfigurationError` for what is missing."""
    routes = parse_routes(options.routes)
    names = {options.gateway, *(name for found in routes.values() for name in found)}
    return GatewayRouter({name: find_gateway(name, secret, options) for name in names}, routes, options.gateway)


def methods_of(options: GatewayOptions) -> list[OfferedMethod]:
    """Raises `ConfigurationError` for routes that are none."""
    return offered_methods(parse_routes(options.routes), options.gateway, options.stripe_publishable_key)


def find_gateway(name: str, secret: bytes, options: GatewayOptions) -> PaymentGateway:
    """Raises `ConfigurationError` for a gateway nobody wrote, or whose keys are missing."""
    if name == "simulated":  # in this process: nothing that could be slow or down
        return SimulatedGateway(secret)
    if name not in _BUILDERS:
        raise ConfigurationError(f"there is no payment gateway {name!r}; known: simulated, {', '.join(_BUILDERS)}")
    return ResilientGateway(_BUILDERS[name](options), options.limits)


def _simulated_http(options: GatewayOptions) -> PaymentGateway:
    from wayfare.services.payments.adapters.simulated_http_gateway import SimulatedHttpGateway

    _need(options, "simulated_key", "simulated_webhook_secret")
    return SimulatedHttpGateway(options.simulated_url, options.simulated_key, options.simulated_webhook_secret)


def _stripe(options: GatewayOptions) -> PaymentGateway:
    from wayfare.services.payments.adapters.stripe_gateway import StripeGateway

    _need(options, "stripe_key", "stripe_webhook_secret")
    return StripeGateway(
        options.stripe_key, options.stripe_webhook_secret, options.return_url, options.stripe_url.rstrip("/")
    )


def _paypal(options: GatewayOptions) -> PaymentGateway:
    from wayfare.services.payments.adapters.paypal_client import PayPalClient
    from wayfare.services.payments.adapters.paypal_gateway import PayPalGateway

    _need(options, "paypal_client_id", "paypal_secret", "paypal_webhook_id")
    client = PayPalClient(options.paypal_client_id, options.paypal_secret, options.paypal_url)
    return PayPalGateway(client, options.paypal_webhook_id, options.return_url)


def _need(options: GatewayOptions, *names: str) -> None:
    missing = [f"WAYFARE_PAYMENT_{name.upper()}" for name in names if not getattr(options, name)]
    if missing:
        raise ConfigurationError(f"the chosen payment gateway needs {', '.join(missing)}")


_BUILDERS: dict[str, Callable[[GatewayOptions], PaymentGateway]] = {
    "simulated_http": _simulated_http,
    "stripe": _stripe,
    "paypal": _paypal,
}
