"""Find trips between two places and offer them, priced and with the seats that are left. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

import msgspec

from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.time import Clock, day_number, zone
from wayfare.services.offers.application.choose_dates import (
    Question,
    check_day,
    dates_of_arrival,
    days_on_sale,
    find_arriving,
    means_arrival,
    tz_of,
)
from wayfare.services.offers.application.ports import Edition, Editions
from wayfare.services.offers.application.price_trips import PricedTrip, PriceTrips
from wayfare.services.offers.domain.paging import Key, Page, Sort, parse_cursor, take_page
from wayfare.services.offers.domain.quotes import Proposal

MAX_TRANSFERS = 3
_NO_PRICE = 2**60


class OfferSearch(msgspec.Struct, frozen=True):
    """What somebody looks for. Clock times are those of the origin, `arrive_by` of the destination."""

    origin: str
    destination: str
    day: date
    passengers: tuple[str, ...]
    earliest: time_of_day | None = None
    arrive_by: time_of_day | datetime | None = None  # a time on `day`, the day of arrival then; or a later local moment
    max_transfers: int = MAX_TRANSFERS
    modes: tuple[str, ...] | None = None
    cabin: str | None = None
    currency: str | None = None
    sort: Sort = "departure"
    limit: int = 10
    cursor: str | None = None


class OffersFound(msgspec.Struct, frozen=True):
    edition: Edition
    origin: int
    destination: int
    day: date
    trips: Page[PricedTrip]
    nearest_dates: Sequence[date]  # only looked for when the date has no trip at all


class FindOffers:
    def __init__(self, editions: Editions, price: PriceTrips, clock: Clock, horizon_days: int = 365) -> None:
        """`horizon_days`: how far ahead dates may be asked for."""
        self._editions = editions
        self._price = price
        self._clock = clock
        self._horizon_days = horizon_days

    async def __call__(self, search: OfferSearch) -> OffersFound:
        """Raises `ValidationFailed`, `NotFound` or `AmbiguousPlace` for a place, `Unavailable`."""
        edition = await self._editions.get_current()
        table = edition.timetable
        origin = edition.places.get_place(search.origin, "from")
        destination = edition.places.get_place(search.destination, "to")
        if origin == destination:
            raise ValidationFailed.of("to", "the trip ends where it begins")
        now_s = self._clock.now_s()
        arriving = means_arrival(search.day, search.arrive_by)
        place = destination if arriving else origin
        check_day(edition, place, search.day, now_s, self._horizon_days, arriving=arriving)
        cabin = known_cabin(table, search.cabin)
        question = Question(edition, origin, destination, search.max_transfers, search.modes)
        leaving = days_on_sale(edition, origin, now_s, self._horizon_days, arriving=False)
        planned: Sequence[Proposal]
        if arriving:
            planned = await find_arriving(question, search.day, leaving.start)
        else:
            planned = await question.leaving_on(day_number(search.day))
        proposals = [
            proposal
            for proposal in planned
            if _in_time(proposal, search, table, destination) and (cabin is None or has_cabin(proposal, cabin))
        ]
        page = await self._page(proposals, search, cabin, _start_s(search, table, origin, now_s))
        _require_currency(page.items, search.currency)
        dates: Sequence[date] = ()
        if not planned:
            dates = await question.nearest_dates(day_number(search.day), leaving)
            if arriving:
                dates = await dates_of_arrival(question, dates, search.day)
        return OffersFound(edition, origin, destination, search.day, page, dates)

    async def _page(
        self, proposals: list[Proposal], search: OfferSearch, cabin: str | None, start_s: int
    ) -> Page[PricedTrip]:
        """A page in the order asked for. Only a list by price needs a price for every trip of it."""
        cursor = parse_cursor(search.cursor, search.sort) if search.cursor is not None else None
        if search.sort != "departure":
            proposals = [proposal for proposal in proposals if proposal.trip.departs_s >= start_s]
        if search.sort == "price":
            priced = await self._price(proposals, search.passengers, search.currency, cabin)
            ordered = sorted(priced, key=_price_key)
            return take_page(ordered, _price_key, search.sort, search.limit, cursor)
        key = _KEYS[search.sort]
        proposals.sort(key=key)
        start = _first_shown(proposals, search, start_s) if search.sort == "departure" else 0
        page = take_page(proposals, key, search.sort, search.limit, cursor, start)
        priced = await self._price(page.items, search.passengers, search.currency, cabin)
        return Page(priced, page.next_cursor, page.previous_cursor)


def _by_departure(proposal: Proposal) -> Key:
    trip = proposal.trip
    return trip.departs_s, trip.transfers, trip.arrives_s


def _by_arrival(proposal: Proposal) -> Key:
    trip = proposal.trip
    return trip.arrives_s, -trip.departs_s, trip.transfers


def _by_duration(proposal: Proposal) -> Key:
    return proposal.trip.duration_s, *_by_departure(proposal)


def _by_transfers(proposal: Proposal) -> Key:
    return proposal.trip.transfers, *_by_departure(proposal)


_KEYS = {
    "departure": _by_departure,
    "arrival": _by_arrival,
    "duration": _by_duration,
    "transfers": _by_transfers,
}


def _price_key(priced: PricedTrip) -> Key:
    """Cheapest first, one currency after the other; trips that cannot be had come last."""
    cheapest = priced.cheapest
    currency, total = ("~", _NO_PRICE) if cheapest is None else (cheapest.currency, cheapest.total)
    return currency, total, *_by_departure(priced.proposal)


def _first_shown(proposals: Sequence[Proposal], search: OfferSearch, start_s: int) -> int:
    """Where the first page of a list by departure begins: at the time asked for, or so that it ends at the last
    trip that arrives in time."""
    if search.arrive_by is not None and search.earliest is None:
        return max(0, len(proposals) - search.limit)
    return sum(1 for proposal in proposals if proposal.trip.departs_s < start_s)


def _start_s(search: OfferSearch, table: Timetable, origin: int, now_s: int) -> int:
    """The instant from which trips are wanted: the time asked for, and not before now."""
    if search.earliest is None:
        return now_s
    day = search.day
    if isinstance(search.arrive_by, time_of_day) and search.earliest > search.arrive_by:
        day -= timedelta(days=1)  # leave after 20:00, arrive by 09:30: the evening before
    at = datetime.combine(day, search.earliest, zone(tz_of(table, origin)))
    return max(now_s, int(at.timestamp()))


def _in_time(proposal: Proposal, search: OfferSearch, table: Timetable, destination: int) -> bool:
    if search.arrive_by is None:
        return True
    limit = search.arrive_by
    if isinstance(limit, time_of_day):
        limit = datetime.combine(search.day, limit)
    return proposal.trip.arrives_s <= limit.replace(tzinfo=zone(tz_of(table, destination))).timestamp()


def has_cabin(proposal: Proposal, code: str) -> bool:
    return any(cabin.code == code for level in proposal.menu.cabins for cabin in level.cabins)


def known_cabin(table: Timetable, wanted: str | None) -> str | None:
    """The cabin code that is meant, whatever its case. Raises `ValidationFailed` when no vehicle has it."""
    if wanted is None:
        return None
    codes = {cabin.code for layout in table.meta.layouts for cabin in layout.cabins}
    found = next((code for code in sorted(codes) if code.casefold() == wanted.casefold()), None)
    if found is None:
        raise ValidationFailed.of("cabin", f"no vehicle has a cabin {wanted[:40]!r}; known: {', '.join(sorted(codes))}")
    return found


def _require_currency(trips: Sequence[PricedTrip], currency: str | None) -> None:
    """Raises `ValidationFailed` when nothing here is sold in the currency asked for."""
    refused = [trip for trip in trips if trip.reason == "other_currency"]
    if currency is not None and refused and not any(trip.offers for trip in trips):
        sold_in = sorted({code for trip in refused for code in trip.proposal.menu.currencies})
        detail = f"these trips are sold in {', '.join(sold_in)}; there is no exchange rate for {currency}"
        raise ValidationFailed.of("currency", detail)
