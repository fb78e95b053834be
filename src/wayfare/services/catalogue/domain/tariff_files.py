"""Files of tariffs: `[[tariff]]` tables with the keys of contracts.catalogue.fares.Tariff, decimals as strings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from wayfare.contracts.catalogue.fares import Tariff
from wayfare.contracts.catalogue.timetable import MODES
from wayfare.kernel.money import MINOR_UNITS
from wayfare.services.catalogue.domain.layout_files import FileErrors, convert, parse_toml

CATEGORIES = ("adult", "child", "senior", "student")


class _File(msgspec.Struct, frozen=True):
    tariff: tuple[dict[str, object], ...] = ()


def read_tariffs(file: str, text: str) -> tuple[Tariff, ...]:
    """Raises `ImportRefused` that names file, key and reason of everything wrong."""
    data = parse_toml(file, text)
    errors = FileErrors(file)
    unknown = sorted(data.keys() - {"tariff"})
    for key in unknown:
        errors.add(key, "unknown key; a file of tariffs has [[tariff]] tables")
    entries = convert(file, data, _File)
    tariffs = []
    fields = set(Tariff.__struct_fields__)
    for i, entry in enumerate(entries.tariff):
        for key in sorted(entry.keys() - fields):
            errors.add(f"tariff[{i}].{key}", "unknown key")
        try:
            tariff = msgspec.convert(entry, Tariff)
        except msgspec.ValidationError as error:
            message, _, where = str(error).partition(" - at ")
            errors.add(f"tariff[{i}]{where.strip('`$')}", message)
            continue
        check_tariff(f"tariff[{i}] {tariff.code}", tariff, errors)
        tariffs.append(tariff)
    codes = [tariff.code for tariff in tariffs]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        errors.add(f"tariff {code}", "the code occurs twice")
    if not entries.tariff:
        errors.add("tariff", "there is no tariff")
    errors.raise_if_any()
    return tuple(tariffs)


def check_tariff(key: str, tariff: Tariff, errors: FileErrors) -> None:
    """Everything a tariff can get wrong that its types allow."""
    if not tariff.code.strip():
        errors.add(f"{key}.code", "is blank")
    if tariff.currency not in MINOR_UNITS:
        errors.add(f"{key}.currency", f"{tariff.currency!r} is not an active ISO 4217 code")
    if tariff.mode is not None and tariff.mode not in MODES:
        errors.add(f"{key}.mode", f"{tariff.mode!r} is none of {', '.join(MODES)}")
    factors = {name: getattr(tariff, name) for name in ("base", "per_km", "minimum", "tax_rate", "tax_fixed")}
    if tariff.fare_tax_rate is not None:
        factors["fare_tax_rate"] = tariff.fare_tax_rate
    factors |= {f"cabins.{code}": factor for code, factor in tariff.cabins.items()}
    factors |= {f"categories.{code}": factor for code, factor in tariff.categories.items()}
    factors |= {f"families.{family.code}.factor": family.factor for family in tariff.families}
    factors |= {f"days_before[{i}].factor": step.factor for i, step in enumerate(tariff.days_before)}
    factors |= {f"load[{i}].factor": step.factor for i, step in enumerate(tariff.load)}
    for name, factor in factors.items():
        if not _amount(factor):
            errors.add(f"{key}.{name}", "must be a number of at least 0")
    for category in sorted(tariff.categories.keys() - set(CATEGORIES)):
        errors.add(f"{key}.categories.{category}", f"is none of {', '.join(CATEGORIES)}")
    families = [family.code for family in tariff.families]
    if not families or len(set(families)) != len(families):
        errors.add(f"{key}.families", "needs at least one fare family, each with a code of its own")
    for family in tariff.families:
        _check_steps(f"{key}.families.{family.code}.refund", family.refund, errors)
        _check_steps(f"{key}.families.{family.code}.exchange", family.exchange, errors)
        if family.name_change is not None and family.name_change < 0:
            errors.add(f"{key}.families.{family.code}.name_change", "hours before departure, at least 0")
    if any(not 0 <= step.load_min <= 1 for step in tariff.load):
        errors.add(f"{key}.load", "load_min is a share from 0 to 1")


def _check_steps(key: str, steps: Sequence[tuple[int, Decimal]], errors: FileErrors) -> None:
    hours = [step[0] for step in steps]
    if hours != sorted(hours, reverse=True) or len(set(hours)) != len(hours) or any(hour < 0 for hour in hours):
        errors.add(key, "the hours must fall from step to step")
    if not all(_share(step[1]) for step in steps):
        errors.add(key, "the share kept is from 0 to 1")


def _amount(value: Decimal) -> bool:
    return value.is_finite() and value >= 0


def _share(value: Decimal) -> bool:
    return value.is_finite() and 0 <= value <= 1


def covers(tariffs: Iterable[Tariff], feed: str, operator: str, line: str, mode: str) -> bool:
    """Whether some tariff applies to a line."""
    return any(
        tariff.feed in (None, feed)
        and tariff.operator in (None, operator)
        and tariff.line in (None, line)
        and tariff.mode in (None, mode)
        for tariff in tariffs
    )
