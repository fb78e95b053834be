"""Tariffs for feeds that have no prices: per mode, in the currency of the country the feed runs in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from wayfare.contracts.catalogue.fares import FeedFare, Tariff
from wayfare.contracts.catalogue.timetable import MODES
from wayfare.kernel.money import MINOR_UNITS
from wayfare.services.catalogue.domain.layout_files import FileErrors, convert, parse_toml
from wayfare.services.catalogue.domain.snapshot import SnapshotRows
from wayfare.services.catalogue.domain.tariff_files import check_tariff, covers

FALLBACK_CURRENCY = "EUR"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tariff: tuple[Tariff, ...]
    rate: dict[str, Decimal]  # a euro of fare in other currencies
    country: dict[str, str]  # currency -> countries


@dataclass(frozen=True, slots=True)
class TariffTemplates:
    """Tariffs in euro by mode, what a euro of fare is in other currencies, and the currency of time zones."""

    by_mode: dict[str, Tariff]
    rates: dict[str, Decimal]
    currency_of_zone: dict[str, str]


def read_templates(file: str, text: str, zone_tab: str) -> TariffTemplates:
    """From the product's file and the IANA database's zone.tab (country, position, zone). Raises `ImportRefused`."""
    parsed = convert(file, parse_toml(file, text), _File)
    errors = FileErrors(file)
    for i, tariff in enumerate(parsed.tariff):
        check_tariff(f"tariff[{i}] {tariff.code}", tariff, errors)
    for currency in parsed.country.keys() | parsed.rate.keys():
        if currency not in MINOR_UNITS:
            errors.add(f"currency {currency}", "is not an active ISO 4217 code")
    errors.raise_if_any()
    currency_of = {country: currency for currency, countries in parsed.country.items() for country in countries.split()}
    zones = {}
    for line in zone_tab.splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            if country in currency_of:
                zones[zone] = currency_of[country]
    return TariffTemplates(
        {tariff.mode or "": tariff for tariff in parsed.tariff}, {"EUR": Decimal(1)} | parsed.rate, zones
    )


def currency_of(zones: Sequence[str], fares: Iterable[FeedFare], templates: TariffTemplates) -> str:
    """The currency most of the feed's own fares have, else that of most of its places, by their time zones."""
    stated = Counter(fare.currency for fare in fares)
    if stated:
        return stated.most_common(1)[0][0]
    found = Counter(templates.currency_of_zone[zone] for zone in zones if zone in templates.currency_of_zone)
    return found.most_common(1)[0][0] if found else FALLBACK_CURRENCY


def tariffs_for(feed: str, modes: Iterable[str], currency: str, templates: TariffTemplates) -> list[Tariff]:
    """A tariff for each of the modes, for one feed."""
    return [
        _in_currency(templates.by_mode[mode], feed, currency, templates.rates)
        for mode in sorted(set(modes))
        if mode in templates.by_mode
    ]


def _in_currency(template: Tariff, feed: str, currency: str, rates: dict[str, Decimal]) -> Tariff:
    rate = rates.get(currency)
    if rate is None:
        currency, rate = FALLBACK_CURRENCY, Decimal(1)
    return msgspec.structs.replace(
        template,
        code=f"{template.code}-{feed}",
        feed=feed,
        currency=currency,
        base=template.base * rate,
        per_km=template.per_km * rate,
        minimum=template.minimum * rate,
        tax_fixed=template.tax_fixed * rate,
    )


def add_default_tariffs(rows: SnapshotRows, templates: TariffTemplates) -> None:
    """Give every feed that has services of a mode without a price a tariff for it."""
    mode_of = {(line[0], line[1]): MODES[line[4]] for line in rows.lines}
    services = rows.services
    known = list(rows.tariffs)
    operator_of = {(line[0], line[1]): line[3] for line in rows.lines}
    modes: dict[str, set[str]] = {}
    zones: dict[str, Counter[str]] = {}
    for feed, line_id in set(zip(services.feed, services.line_id, strict=True)):
        mode = mode_of[feed, line_id]
        if not covers(known, feed, operator_of[feed, line_id], line_id, mode):
            modes.setdefault(feed, set()).add(mode)
    for place in rows.places:
        zones.setdefault(place.feed, Counter())[place.tz] += 1
    for feed in sorted(modes):
        currency = currency_of(list(zones[feed].elements()), rows.fares.get(feed, ()), templates)
        rows.tariffs += tariffs_for(feed, modes[feed], currency, templates)
