"""Tariffs and the fares of feeds, as data. Decimals are strings in files and `Decimal` here."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class FareFamily(msgspec.Struct, frozen=True):
    """A branded bundle of conditions.

    `refund` and `exchange` are steps of (hours before departure, share kept by the carrier): the first
    step whose hours are not more than the time left applies; after the last one nothing is given back.
    `name_change`: until how many hours before departure another name may be put on a ticket, free of charge;
    None: never. Before there is a ticket a name may always be mended.
    """

    code: str
    name: str
    factor: Decimal
    refund: tuple[tuple[int, Decimal], ...] = ()
    exchange: tuple[tuple[int, Decimal], ...] = ()
    name_change: int | None = None


class TimeStep(msgspec.Struct, frozen=True):
    days_before_min: int  # applies when at least that many days are left
    factor: Decimal


class LoadStep(msgspec.Struct, frozen=True):
    load_min: Decimal  # applies from this share of units sold, 0 … 1
    factor: Decimal


class Tariff(msgspec.Struct, frozen=True):
    """How a leg is priced where the feed has no fare for it. `None` matches anything; the most specific wins.

    price = max(minimum, base + per_km · distance) · cabin · family · category · days-before · load, then tax.
    """

    code: str
    currency: str
    base: Decimal
    per_km: Decimal
    minimum: Decimal = Decimal(0)
    cabins: dict[str, Decimal] = {}  # factor by cabin code; a cabin not named costs 1
    families: tuple[FareFamily, ...] = ()
    categories: dict[str, Decimal] = {}  # adult, child, senior, student -> factor
    tax_rate: Decimal = Decimal(0)  # share added on the fare
    tax_fixed: Decimal = Decimal(0)  # per passenger and leg, major units
    fare_tax_rate: Decimal | None = None  # tax that published fares contain, as a share of the net; None: not known
    days_before: tuple[TimeStep, ...] = ()
    load: tuple[LoadStep, ...] = ()
    feed: str | None = None
    operator: str | None = None
    line: str | None = None
    mode: str | None = None


class FeedFareRule(msgspec.Struct, frozen=True):
    """One row of GTFS fare_rules.txt; `None` where the column is blank."""

    route_id: str | None = None
    origin_zone: str | None = None
    destination_zone: str | None = None
    contains_zones: tuple[str, ...] = ()


class FeedFare(msgspec.Struct, frozen=True):
    """One row of GTFS fare_attributes.txt with its rules."""

    fare_id: str
    price: Decimal
    currency: str
    transfers: int | None  # None: unlimited
    operator: str | None = None
    rules: tuple[FeedFareRule, ...] = ()
