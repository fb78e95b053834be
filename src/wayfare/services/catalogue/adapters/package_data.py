"""What ships with the product: layouts and rules for every mode, and tariffs for feeds that have no prices."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from wayfare.services.catalogue.application.ports import LayoutBook
from wayfare.services.catalogue.domain.default_tariffs import TariffTemplates, read_templates
from wayfare.services.catalogue.domain.layout_files import read_layouts

_PACKAGE = "wayfare.services.catalogue"


def _texts(folder: str) -> list[tuple[str, str]]:
    found = [entry for entry in files(_PACKAGE).joinpath(folder).iterdir() if entry.name.endswith(".toml")]
    return [(entry.name, entry.read_text(encoding="utf-8")) for entry in sorted(found, key=lambda e: e.name)]


@cache
def default_layouts() -> LayoutBook:
    """Every layout in layouts/, and the rules that give each mode one."""
    read = [read_layouts(name, text) for name, text in _texts("layouts")]
    return LayoutBook(
        tuple(layout for layouts, _ in read for layout in layouts),
        tuple(rule for _, rules in read for rule in rules),
    )


@cache
def default_tariffs() -> TariffTemplates:
    """The tariffs in tariffs/, for `default_tariffs.tariffs_for`."""
    text = files(_PACKAGE).joinpath("tariffs/defaults.toml").read_text(encoding="utf-8")
    zones = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    return read_templates("tariffs/defaults.toml", text, zones)
