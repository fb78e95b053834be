"""What the waiting service tells Prometheus. Batches of new places are told by their lane."""

from __future__ import annotations

from wayfare.infrastructure.metrics import Counter, Gauge

OPEN = Gauge("wayfare_waiting_rooms_open", "Waiting rooms that are open", multiprocess_mode="mostrecent")
WAITING = Gauge("wayfare_waiting_visitors", "Visitors who wait, in all rooms", multiprocess_mode="mostrecent")
TAKEN = Counter("wayfare_waiting_places", "Places given to visitors")
ADMITTED = Counter("wayfare_waiting_admitted", "Visitors let in")
