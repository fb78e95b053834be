"""Counters of the bookings service."""

from __future__ import annotations

from functools import cache

from wayfare.infrastructure.metrics import Counter
from wayfare.services.bookings.domain.exchange_saga import ExchangeStep
from wayfare.services.bookings.domain.saga import Step

BOOKINGS = Counter("wayfare_bookings", "Bookings that reached a state", ["state"])
STEPS = Counter("wayfare_booking_saga_steps", "Steps of the booking saga", ["step"])
EXCHANGE_STEPS = Counter("wayfare_exchange_saga_steps", "Steps of the exchange saga", ["step"])


@cache
def _booking_counter(state: str) -> Counter:
    return BOOKINGS.labels(state)


_STEP_COUNTERS = {step: STEPS.labels(step.value) for step in Step}


def count_state(state: str) -> None:
    _booking_counter(state).inc()


def count_step(step: Step) -> None:
    _STEP_COUNTERS[step].inc()


def count_exchange_step(step: ExchangeStep) -> None:
    EXCHANGE_STEPS.labels(step.value).inc()
