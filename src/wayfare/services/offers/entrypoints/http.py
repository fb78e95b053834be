"""GET /v1/offers and GET /v1/places."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from fastapi import APIRouter, Request, Response

from wayfare.contracts.catalogue.timetable import MODES, Timetable
from wayfare.infrastructure.access import anyone
from wayfare.infrastructure.http import PUBLIC, encoded
from wayfare.infrastructure.turns import Traffic, Turns
from wayfare.infrastructure.waiting_door import WaitingDoor, holder_of
from wayfare.kernel.money import minor_units
from wayfare.services.offers.application.find_offers import FindOffers, OfferSearch
from wayfare.services.offers.application.find_places import FindPlaces, PlaceSearch
from wayfare.services.offers.application.price_calendar import CalendarSearch, PriceCalendar
from wayfare.services.offers.domain.paging import SORTS
from wayfare.services.offers.domain.passengers import parse_passengers
from wayfare.services.offers.entrypoints.answers import CalendarAnswer, OffersAnswer, PlacesAnswer
from wayfare.services.offers.entrypoints.parameters import (
    Parameter,
    one_of,
    published,
    read_query,
    text,
    whole_number,
)
from wayfare.services.offers.entrypoints.render import Renderer

LIMIT_MAX = 50
WAITING_MAX = 256
"""Searches of one worker that may wait for their turn; who comes then is told to come again."""
CALENDAR_DAYS, CALENDAR_DAYS_MAX = 31, 42
"""A month; and the six weeks that a page of a calendar may show of it."""
CALENDARS_WAITING_MAX = 32
_PLACE = {"type": "string", "minLength": 1, "maxLength": 200}
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
_DATE = r"\d{4}-\d{2}-\d{2}"
_PAIR = r"(adult|child|senior|student):\d{1,2}"
_POSITION = r"-?\d{1,2}(\.\d{1,9})?,-?\d{1,3}(\.\d{1,9})?"


def _read_date(value: str) -> date:
    if not re.fullmatch(_DATE, value, re.ASCII):
        raise ValueError("expected a date as YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("there is no such day") from None


def _read_time(value: str) -> time:
    if not re.fullmatch(_CLOCK, value, re.ASCII):
        raise ValueError("expected a time as HH:MM")
    return time.fromisoformat(value)


def _read_arrival(value: str) -> time | datetime:
    if "T" not in value:
        return _read_time(value)
    day, _, clock = value.partition("T")
    return datetime.combine(_read_date(day), _read_time(clock))


def _read_modes(value: str) -> tuple[str, ...]:
    modes = tuple(dict.fromkeys(value.split(",")))
    if not set(modes) <= set(MODES):
        raise ValueError(f"expected one or more of {', '.join(MODES)}, parted by commas")
    return modes


def _read_currency(value: str) -> str:
    minor_units(value)
    return value


def _read_position(value: str) -> tuple[float, float]:
    if not re.fullmatch(_POSITION, value, re.ASCII):
        raise ValueError("expected latitude,longitude in degrees")
    lat, lon = map(float, value.split(","))
    if abs(lat) > 90 or abs(lon) > 180:
        raise ValueError("latitude goes from -90 to 90, longitude from -180 to 180")
    return lat, lon


_MODE = "|".join(MODES)
_LIMIT = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": 10}

OFFER_PARAMETERS = (
    Parameter("from", text(200), _PLACE, "Id, code or name of a place, in any script", required=True),
    Parameter("to", text(200), _PLACE, "Id, code or name of a place, in any script", required=True),
    Parameter(
        "date",
        _read_date,
        {"type": "string", "format": "date"},
        "Day of leaving, by the origin's clocks; with a time in `arrive_by` the day of arrival, by the destination's",
        required=True,
    ),
    Parameter(
        "passengers",
        parse_passengers,
        {"type": "string", "pattern": f"^{_PAIR}(,{_PAIR})*$", "default": "adult:1", "examples": ["adult:2,child:1"]},
        "Categories (adult, child, senior, student) with how many; 1 to 9 in all",
    ),
    Parameter(
        "time", _read_time, {"type": "string", "pattern": f"^{_CLOCK}$"}, "Leave no earlier, by the origin's clocks"
    ),
    Parameter(
        "arrive_by",
        _read_arrival,
        {"type": "string", "pattern": f"^({_DATE}T)?{_CLOCK}$"},
        "Be there no later, by the destination's clocks: a time on `date`, which is the day of arrival then, or a date "
        "and time after `date`, which stays the day of leaving",
    ),
    Parameter(
        "max_transfers",
        whole_number(0, 3),
        {"type": "integer", "minimum": 0, "maximum": 3, "default": 3},
        "Changes at most",
    ),
    Parameter(
        "mode", _read_modes, {"type": "string", "pattern": f"^({_MODE})(,({_MODE}))*$"}, "Only these, parted by commas"
    ),
    Parameter("cabin", text(40), {"type": "string", "minLength": 1, "maxLength": 40}, "Only offers with this cabin"),
    Parameter(
        "currency", _read_currency, {"type": "string", "pattern": "^[A-Z]{3}$"}, "Only in this currency (ISO 4217)"
    ),
    Parameter("sort", one_of(SORTS), {"type": "string", "enum": list(SORTS), "default": "departure"}, "Order of trips"),
    Parameter("limit", whole_number(1, LIMIT_MAX), _LIMIT, "Trips at most"),
    Parameter(
        "cursor", text(500), {"type": "string", "maxLength": 500}, "A cursor of an earlier answer to the same question"
    ),
)

_NAMED = {parameter.name: parameter for parameter in OFFER_PARAMETERS}

CALENDAR_PARAMETERS = (
    *(_NAMED[name] for name in ("from", "to")),
    Parameter(
        "date_from",
        _read_date,
        {"type": "string", "format": "date"},
        "The first date, of leaving, by the origin's clocks",
        required=True,
    ),
    Parameter(
        "days",
        whole_number(1, CALENDAR_DAYS_MAX),
        {"type": "integer", "minimum": 1, "maximum": CALENDAR_DAYS_MAX, "default": CALENDAR_DAYS},
        "How many dates",
    ),
    *(_NAMED[name] for name in ("passengers", "mode", "cabin", "currency")),
)

PLACE_PARAMETERS = (
    Parameter("q", text(200), _PLACE, "Name in any script, or code; slips are forgiven"),
    Parameter(
        "near",
        _read_position,
        {"type": "string", "pattern": f"^{_POSITION}$", "examples": ["52.52,13.37"]},
        "Latitude,longitude",
    ),
    Parameter("limit", whole_number(1, LIMIT_MAX), _LIMIT, "Places at most"),
    Parameter("cursor", text(100), {"type": "string", "maxLength": 100}, "The next_cursor of an earlier answer"),
)


def router(find_offers: FindOffers, find_places: FindPlaces, traffic: Traffic, door: WaitingDoor) -> APIRouter:
    """`traffic`: what searches give way to. `door`: asks for an admission while visitors wait before the site."""
    routes = APIRouter(tags=["offers"])
    renderers, turns = _Renderers(), Turns("searches", WAITING_MAX, traffic)

    @routes.get(
        "/v1/offers",
        operation_id="find_offers",
        summary="Find trips with priced offers",
        responses={200: {"model": OffersAnswer}},
        openapi_extra=published(OFFER_PARAMETERS),
    )
    @anyone
    async def get_offers(request: Request) -> Response:
        search = _search(read_query(OFFER_PARAMETERS, request.query_params))
        if door.rooms:
            door.check_site(holder_of(request))
        await turns.enter()
        found = await find_offers(search)
        await turns.take()
        return encoded(renderers(found.edition.timetable).offers(found, search.passengers))

    @routes.get(
        "/v1/places",
        operation_id="find_places",
        summary="Find places by name, code or position",
        responses={200: {"model": PlacesAnswer}},
        openapi_extra=published(PLACE_PARAMETERS),
    )
    @anyone
    async def get_places(request: Request) -> Response:
        values = read_query(PLACE_PARAMETERS, request.query_params)
        await turns.enter()
        found = await find_places(PlaceSearch(values.pop("q", None), **values))
        renderer = renderers(found.edition.timetable)
        items = [renderer.match(match) for match in found.matches]
        return encoded({"items": items, "next_cursor": found.next_cursor}, headers=PUBLIC)

    return routes


def calendar_router(price_calendar: PriceCalendar, traffic: Traffic, door: WaitingDoor) -> APIRouter:
    """Calendars wait in a queue of their own: between two searches there is one date of one of them at most."""
    routes = APIRouter(tags=["offers"])
    renderers, turns = _Renderers(), Turns("calendars", CALENDARS_WAITING_MAX, traffic)

    @routes.get(
        "/v1/offers/calendar",
        operation_id="find_prices_by_date",
        summary="The cheapest price of each date",
        responses={200: {"model": CalendarAnswer}},
        openapi_extra=published(CALENDAR_PARAMETERS),
    )
    @anyone
    async def get_calendar(request: Request) -> Response:
        """What is not known yet is often known when it is asked for again, a second later."""
        search = _calendar_search(read_query(CALENDAR_PARAMETERS, request.query_params))
        if door.rooms:
            door.check_site(holder_of(request))
        await turns.enter()
        found = await price_calendar(search, turns.take)
        sure = all(each.status != "unknown" for each in found.days)
        return encoded(renderers(found.edition.timetable).calendar(found), headers=PUBLIC if sure else None)

    return routes


def _calendar_search(values: dict[str, Any]) -> CalendarSearch:
    return CalendarSearch(
        origin=values["from"],
        destination=values["to"],
        first_day=values["date_from"],
        days=values.get("days", CALENDAR_DAYS),
        passengers=values.get("passengers", ("adult",)),
        modes=values.get("mode"),
        cabin=values.get("cabin"),
        currency=values.get("currency"),
    )


def _search(values: dict[str, Any]) -> OfferSearch:
    return OfferSearch(
        origin=values["from"],
        destination=values["to"],
        day=values["date"],
        passengers=values.get("passengers", ("adult",)),
        earliest=values.get("time"),
        arrive_by=values.get("arrive_by"),
        max_transfers=values.get("max_transfers", 3),
        modes=values.get("mode"),
        cabin=values.get("cabin"),
        currency=values.get("currency"),
        sort=values.get("sort", "departure"),
        limit=values.get("limit", 10),
        cursor=values.get("cursor"),
    )


class _Renderers:
    """The renderer of the timetable in use; a new one when it changes."""

    def __init__(self) -> None:
        self._renderer: Renderer | None = None

    def __call__(self, timetable: Timetable) -> Renderer:
        if self._renderer is None or self._renderer.timetable is not timetable:
            self._renderer = Renderer(timetable)
        return self._renderer
