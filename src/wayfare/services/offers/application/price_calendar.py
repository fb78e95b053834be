"""The cheapest price of each of some dates, for a calendar: what searches on these dates would begin with.

It is bounded: a date counts as unknown once the work of one question has taken so long, and what was found is kept for
a minute, so that asking again goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from itertools import islice
from typing import Literal, NamedTuple

import msgspec

from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.time import Clock, day_number, day_of
from wayfare.services.offers.application.choose_dates import Question, days_on_sale
from wayfare.services.offers.application.find_offers import MAX_TRANSFERS, has_cabin, known_cabin
from wayfare.services.offers.application.ports import Edition, Editions
from wayfare.services.offers.application.price_trips import Price, PricedTrip, PriceTrips
from wayfare.services.offers.domain.recent import Recent

WORK_S_MAX = 2.0
KEPT_S = 60
_KEPT_MAX = 8192
_PRICED_AT_ONCE = 4
_OTHER_CURRENCIES = frozenset({"currency_mix", "other_currency"})

Status = Literal["offers", "none", "unknown"]


class CalendarSearch(msgspec.Struct, frozen=True):
    origin: str
    destination: str
    first_day: date
    days: int
    passengers: tuple[str, ...]
    modes: tuple[str, ...] | None = None
    cabin: str | None = None
    currency: str | None = None


class CalendarDay(NamedTuple):
    """none: nothing is to be had on this date. unknown: nobody has looked yet, or there is no price to tell."""

    day: date
    status: Status
    price: Price | None  # with "offers" alone


class CalendarFound(msgspec.Struct, frozen=True):
    edition: Edition
    origin: int
    destination: int
    days: Sequence[CalendarDay]


class PriceCalendar:
    def __init__(
        self,
        editions: Editions,
        price: PriceTrips,
        clock: Clock,
        horizon_days: int = 365,
        *,
        work_s_max: float = WORK_S_MAX,
    ) -> None:
        """`horizon_days`: how far ahead dates are on sale. `work_s_max`: of one question."""
        self._editions, self._price, self._clock = editions, price, clock
        self._horizon_days, self._work_s_max = horizon_days, work_s_max
        self._kept: Recent[tuple[object, ...], tuple[int, CalendarDay]] = Recent(_KEPT_MAX)

    async def __call__(self, search: CalendarSearch, turn: Callable[[], Awaitable[None]]) -> CalendarFound:
        """`turn`: waits until the work of another date may begin. Dates that are past or not on sale have nothing.

        Raises `ValidationFailed`, `NotFound` or `AmbiguousPlace` for a place, `Unavailable`.
        """
        edition = await self._editions.get_current()
        origin = edition.places.get_place(search.origin, "from")
        destination = edition.places.get_place(search.destination, "to")
        if origin == destination:
            raise ValidationFailed.of("to", "the trip ends where it begins")
        cabin = known_cabin(edition.timetable, search.cabin)
        question = Question(edition, origin, destination, MAX_TRANSFERS, search.modes)
        on_sale = days_on_sale(edition, origin, self._clock.now_s(), self._horizon_days, arriving=False)
        running = await edition.find_running_days(origin, on_sale)
        first = day_number(search.first_day)
        found: list[CalendarDay] = []
        left_s = self._work_s_max
        for day in range(first, first + search.days):
            if day not in running:
                found.append(CalendarDay(day_of(day), "none", None))
                continue
            key = (id(edition), origin, destination, day, search.passengers, search.modes, cabin, search.currency)
            known = self._find_kept(key)
            if known is None and left_s > 0:
                await turn()
                begun = time.perf_counter()
                known = await self._look(question, day, search, cabin)
                left_s -= time.perf_counter() - begun
                if known.status != "unknown":
                    self._kept.keep(key, (self._clock.now_s() + KEPT_S, known))
            found.append(known or CalendarDay(day_of(day), "unknown", None))
        return CalendarFound(edition, origin, destination, found)

    def _find_kept(self, key: tuple[object, ...]) -> CalendarDay | None:
        kept = self._kept.find(key)
        return kept[1] if kept is not None and kept[0] > self._clock.now_s() else None

    async def _look(self, question: Question, day: int, search: CalendarSearch, cabin: str | None) -> CalendarDay:
        """Trips are priced in the order of what they would cost empty, some at a time, until no other is cheaper."""
        planned = await question.leaving_on(day)
        trips = [trip for trip in planned if cabin is None or has_cabin(trip, cabin)]
        ranked = self._price.rank(trips, search.passengers, search.currency, cabin)
        best: Price | None = None
        unsure = bool(ranked.reasons & _OTHER_CURRENCIES)
        waiting = iter(ranked.trips)
        while batch := list(islice(waiting, _PRICED_AT_ONCE)):
            if best is not None and best <= batch[0][0]:
                break
            priced = await self._price([trip for _, trip in batch], search.passengers, search.currency, cabin)
            unsure = unsure or any(_availability_unknown(trip) for trip in priced)
            prices = [Price(one.currency, one.total) for trip in priced if (one := trip.cheapest) is not None]
            best = min([*prices, best] if best is not None else prices, default=None)
        if best is not None and not unsure:
            return CalendarDay(day_of(day), "offers", best)
        return CalendarDay(day_of(day), "unknown" if unsure else "none", None)


def _availability_unknown(trip: PricedTrip) -> bool:
    return any(offer.seats_left is None for offer in trip.offers)
