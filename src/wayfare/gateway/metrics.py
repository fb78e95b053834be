"""Prometheus metrics of the edge, and the /metrics text of all processes of this server."""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from wayfare.infrastructure.metrics import Counter, Histogram, write_out

disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the text and tell nothing new

REQUESTS = Counter("wayfare_http_requests", "Requests answered.", ["method", "route", "status"])
LATENCY = Histogram(
    "wayfare_http_request_seconds",
    "Time from the request's head to the answer's end.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition() -> bytes:
    """The metrics text. With several workers their counters are added up."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    write_out()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
