"""What inventory tells Prometheus. Batch sizes and queues are told by the lanes."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

PLACED = Counter("wayfare_holds_placed", "Holds placed")
EXPIRED = Counter("wayfare_holds_expired", "Holds that expired")
REPLANNED = Counter("wayfare_holds_replanned", "Times a unit was lost to somebody faster and chosen again")
REFUSED = Counter("wayfare_holds_refused", "Requests told that nothing is left, or that their units are taken")
UTILISATION = Gauge(
    "wayfare_seat_utilisation_ratio",
    "Share of the seat sections of today's departures with any sale that are held or sold",
    multiprocess_mode="mostrecent",
)


class PrometheusTally:
    """The port Tally."""

    def placed(self) -> None:
        PLACED.inc()

    def replanned(self) -> None:
        REPLANNED.inc()

    def refused(self) -> None:
        REFUSED.inc()

    def utilisation(self, ratio: float) -> None:
        UTILISATION.set(ratio)
