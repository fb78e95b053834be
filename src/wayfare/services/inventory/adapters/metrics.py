"""What inventory tells Prometheus. Batch sizes and queues are told by the lanes."""

from __future__ import annotations

from collections.abc import Mapping

from wayfare.infrastructure.metrics import Counter, Gauge

PLACED = Counter("wayfare_holds_placed", "Holds placed")
CONFIRMED = Counter("wayfare_holds_confirmed", "Holds confirmed by a booking")
RELEASED = Counter("wayfare_holds_released", "Holds released, by customers or for cancelled and failed bookings")
OPEN = Gauge("wayfare_holds_open", "Holds that wait for their booking", multiprocess_mode="mostrecent")
EXPIRED = Counter("wayfare_holds_expired", "Holds that expired")
REPLANNED = Counter("wayfare_holds_replanned", "Times a unit was lost to somebody faster and chosen again")
REFUSED = Counter("wayfare_holds_refused", "Requests told that nothing is left, or that their units are taken")
UTILISATION = Gauge(
    "wayfare_seat_utilisation_ratio",
    "Share of all seat sections on sale that are held or sold, by days ahead",
    ["horizon"],
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

    def utilisation(self, ratios: Mapping[str, float]) -> None:
        for horizon, ratio in ratios.items():
            UTILISATION.labels(horizon).set(ratio)

    def open_holds(self, count: int) -> None:
        OPEN.set(count)
