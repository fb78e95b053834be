"""What offers tells Prometheus."""

from __future__ import annotations

from wayfare.infrastructure.metrics import Counter, Gauge, Histogram

PLANNED_S = Histogram(
    "wayfare_planner_search_seconds",
    "Time to plan the trips of one date between two places, where they were not known yet",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2),
)
DAY_BUILT_S = Histogram(
    "wayfare_planner_day_build_seconds",
    "Time to build the departures of one date as arrays",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.5),
)
KNOWN = Counter("wayfare_planner_searches_known", "Searches answered with trips planned before")
EDITION_S = Histogram(
    "wayfare_offers_edition_seconds",
    "Time to derive planner and place index from a new timetable",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 15),
)
RATES_AGE = Gauge(
    "wayfare_rates_age_days", "Days since the exchange rates in use were published", multiprocess_mode="livemax"
)
RATES_IMPORTS = Counter("wayfare_rates_imports", "Timed imports of exchange rates", ["result"])


def count_rates_import(result: str) -> None:
    RATES_IMPORTS.labels(result).inc()
