"""Counters of the payments service. Amounts are in major units, so that currencies read alike."""

from __future__ import annotations

from functools import lru_cache

from wayfare.infrastructure.metrics import Counter, Gauge
from wayfare.kernel.money import Money
from wayfare.services.payments.domain.payment import PaymentRecord

PAYMENTS = Counter("wayfare_payments", "Answers of the gateway to authorisations", ["gateway", "state"])
CAPTURED = Counter("wayfare_revenue_captured", "Money captured, in units of the currency", ["currency"])
REFUNDED = Counter("wayfare_revenue_refunded", "Money given back, in units of the currency", ["currency"])

GATEWAY_CALLS = Counter("wayfare_gateway_calls", "Calls to payment gateways", ["gateway", "operation", "result"])
CIRCUIT_OPEN = Gauge(
    "wayfare_gateway_circuit_open", "1 while calls to a gateway fail at once", ["gateway"], multiprocess_mode="livemax"
)


@lru_cache(maxsize=1024)
def _child(counter: Counter, *labels: str) -> Counter:
    return counter.labels(*labels)


def count_payment(payment: PaymentRecord) -> None:
    _child(PAYMENTS, payment.gateway, payment.state).inc()


def count_capture(amount: Money) -> None:
    _child(CAPTURED, amount.currency).inc(float(amount.decimal))


def count_refund(amount: Money) -> None:
    _child(REFUNDED, amount.currency).inc(float(amount.decimal))


def count_gateway_call(gateway: str, operation: str, result: str) -> None:
    _child(GATEWAY_CALLS, gateway, operation, result).inc()


def set_circuit(gateway: str, *, is_open: bool) -> None:
    CIRCUIT_OPEN.labels(gateway).set(1 if is_open else 0)
