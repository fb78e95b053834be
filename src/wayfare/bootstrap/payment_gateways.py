"""From settings to payment gateways, and `wayfare gateway-sim`."""

from __future__ import annotations

import click

from wayfare.bootstrap.settings import Settings
from wayfare.services.payments.adapters.gateways import GatewayOptions
from wayfare.services.payments.adapters.resilience import Limits

_WAITING_PER_PLACE = 4
_ATTEMPT_SHARE = 0.8
"""Of the whole patience, what one try may take: what remains is for saying so."""


def gateway_options(settings: Settings) -> GatewayOptions:
    """What the payments service needs to know of its gateways."""
    return GatewayOptions(
        gateway=settings.payment_gateway,
        routes=settings.payment_routes,
        return_url=settings.payment_return_url or f"{settings.public_url.rstrip('/')}/checkout",
        simulated_url=str(settings.payment_simulated_url),
        simulated_key=settings.payment_simulated_key.get_secret_value(),
        simulated_webhook_secret=settings.payment_simulated_webhook_secret.get_secret_value(),
        stripe_url=str(settings.payment_stripe_url),
        stripe_key=settings.payment_stripe_key.get_secret_value(),
        stripe_webhook_secret=settings.payment_stripe_webhook_secret.get_secret_value(),
        stripe_publishable_key=settings.payment_stripe_publishable_key,
        paypal_url=str(settings.payment_paypal_url),
        paypal_client_id=settings.payment_paypal_client_id,
        paypal_secret=settings.payment_paypal_secret.get_secret_value(),
        paypal_webhook_id=settings.payment_paypal_webhook_id,
        limits=Limits(
            concurrent_max=settings.payment_concurrent_max,
            waiting_max=settings.payment_concurrent_max * _WAITING_PER_PLACE,
            attempts=settings.payment_attempts,
            attempt_timeout_s=settings.payment_timeout_s * _ATTEMPT_SHARE,
            failures_max=settings.payment_failures_max,
            open_s=settings.payment_circuit_open_s,
        ),
    )


def run_gateway_sim(settings: Settings, host: str, port: int) -> None:
    """Serve the simulated gateway until told to stop."""
    import uvicorn

    from wayfare.infrastructure.telemetry import configure_logging
    from wayfare.services.payments.adapters.gateway_sim.app import create_app
    from wayfare.services.payments.adapters.gateway_sim.ledger import SimLedger
    from wayfare.services.payments.adapters.gateway_sim.webhooks import WebhookSender

    configure_logging(settings.log_level, json=settings.logs_json)
    file = settings.gateway_sim_file or settings.data_dir / "gateway-sim.sqlite"
    file.parent.mkdir(parents=True, exist_ok=True)
    ledger = SimLedger(str(file), settings.gateway_sim_fee_share)
    secret = settings.payment_simulated_webhook_secret.get_secret_value()
    sender = WebhookSender(ledger, str(settings.gateway_sim_webhook_url), secret)
    app = create_app(ledger, api_key=settings.payment_simulated_key.get_secret_value(), sender=sender)
    click.echo(f"The simulated gateway answers on http://{host}:{port}; Ctrl-C stops it", err=True)
    try:
        uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2)
    finally:
        ledger.close()
