"""Counters and gauges of webhooks."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Counter, Gauge

ATTEMPTS = Counter("wayfare_webhook_attempts", "Requests to endpoints of partners", ["outcome"])
DISABLED = Counter("wayfare_webhook_endpoints_disabled", "Endpoints disabled because they failed")
DELIVERIES = Gauge(
    "wayfare_webhook_deliveries", "Deliveries that wait or failed", ["state"], multiprocess_mode="livemostrecent"
)
ENDPOINTS = Gauge("wayfare_webhook_endpoints", "Registered endpoints", ["state"], multiprocess_mode="livemostrecent")


def count_attempt(*, accepted: bool) -> None:
    ATTEMPTS.labels("accepted" if accepted else "failed").inc()


def count_disabled() -> None:
    DISABLED.inc()


def set_counts(counts: Mapping[str, int]) -> None:
    for state in ("pending", "failed"):
        DELIVERIES.labels(state).set(counts[state])
    for state in ("enabled", "disabled"):
        ENDPOINTS.labels(state).set(counts[state])
