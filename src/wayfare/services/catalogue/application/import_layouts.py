"""Import a file of layouts and of rules which service gets which."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from wayfare.contracts.catalogue.layout import Layout, LayoutRule
from wayfare.contracts.inventory.api import InventoryApi
from wayfare.kernel.time import Clock
from wayfare.services.catalogue.application.ports import (
    Assignment,
    CatalogueSession,
    CatalogueStore,
    LayoutBook,
    Written,
)
from wayfare.services.catalogue.application.publish_timetable import PublishTimetable
from wayfare.services.catalogue.application.sold import find_sold, today
from wayfare.services.catalogue.domain.layout_files import FileErrors, read_layouts, refused
from wayfare.services.catalogue.domain.layout_rules import LayoutChooser

log = structlog.get_logger()


class LayoutsReport(msgspec.Struct, frozen=True):
    """`kept_sold`: services that keep their layout for now, because seats in it are sold."""

    source: str
    layouts: int
    rules: int
    services_changed: int
    kept_sold: tuple[int, ...]
    changed: bool
    generation: int


class ImportLayouts:
    """Puts a file's layouts and rules in force; the same file again changes nothing.

    A service with sold departures keeps its layout, and a layout in which seats are sold keeps its units: a sold
    seat stays the seat it was. Raises `ImportRefused` (file, key and reason of all that is wrong).
    """

    def __init__(self, store: CatalogueStore, inventory: InventoryApi, publish: PublishTimetable, clock: Clock) -> None:
        self._store = store
        self._inventory = inventory
        self._publish = publish
        self._clock = clock

    async def __call__(self, path: Path) -> LayoutsReport:
        """Import a TOML file. Its name is the source: a newer version of the file replaces its rules."""
        layouts, rules = await asyncio.to_thread(lambda: read_layouts(path.name, read_text(path)))
        return await self.apply(path.stem, layouts, rules)

    async def apply(self, source: str, layouts: Sequence[Layout], rules: Sequence[LayoutRule]) -> LayoutsReport:
        async with self._store.exclusive() as session:
            book = await session.layout_book()
            check_rules(source, layouts, rules, book)
            before = await session.generation()
            written, kept, changes = await self._write(session, source, layouts, rules, book)
            await self._publish.bring_up(session)
        changed = written.generation != before
        log.info("layouts.imported", source=source, layouts=len(layouts), rules=len(rules), services=len(changes))
        return LayoutsReport(source, len(layouts), len(rules), len(changes), kept, changed, written.generation)

    async def _write(
        self,
        session: CatalogueSession,
        source: str,
        layouts: Sequence[Layout],
        rules: Sequence[LayoutRule],
        book: LayoutBook,
    ) -> tuple[Written, tuple[int, ...], dict[int, str | None]]:
        services = await session.assignments()
        await self._check_units(source, layouts, book, services)
        future = _book_after(source, layouts, rules, book, await session.rules_of_others(source))
        wanted = _reassigned(future, services)
        sold = await find_sold(self._inventory, sorted(wanted), today(self._clock))
        laid_out = {service.service_no for service in services if service.layout is not None}
        kept = tuple(sorted(number for number in wanted if number in sold and number in laid_out))
        changes = {number: layout for number, layout in wanted.items() if number not in kept}
        written = await session.write_layouts(source, layouts, rules, changes, self._clock.now_s())
        return written, kept, changes

    async def _check_units(
        self, source: str, layouts: Sequence[Layout], book: LayoutBook, services: Sequence[Assignment]
    ) -> None:
        """Raises `ImportRefused` when units change of a layout in which seats are sold."""
        old = {layout.code: layout for layout in book.layouts}
        differ = {
            layout.code
            for layout in layouts
            if layout.code in old
            and [unit.unit_id for unit in layout.units] != [unit.unit_id for unit in old[layout.code].units]
        }
        if not differ:
            return
        using = {service.service_no: service.layout or "" for service in services if service.layout in differ}
        sold = await find_sold(self._inventory, sorted(using), today(self._clock))
        errors = FileErrors(source)
        for code in sorted({using[number] for number in sold}):
            reason = "seats are sold in it, so its units cannot change: give the new one another code"
            errors.add(f"layout {code}", reason)
        errors.raise_if_any()


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises `ImportRefused`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 at byte {error.start}"
    raise refused(path.name, "file", reason)


def check_rules(source: str, layouts: Sequence[Layout], rules: Sequence[LayoutRule], book: LayoutBook) -> None:
    """Raises `ImportRefused` when a rule names a layout that is nowhere."""
    known = {layout.code for layout in (*layouts, *book.layouts)}
    errors = FileErrors(source)
    for i, rule in enumerate(rules):
        if rule.layout not in known:
            errors.add(f"rule[{i}].layout", f"there is no layout {rule.layout!r}")
    errors.raise_if_any()


def _book_after(
    source: str,
    layouts: Sequence[Layout],
    rules: Sequence[LayoutRule],
    book: LayoutBook,
    others: Sequence[tuple[str, LayoutRule]],
) -> LayoutBook:
    """The book as it will be: rules in the order the database gives them."""
    merged = [*others, *((source, rule) for rule in rules)]
    merged.sort(key=lambda entry: (entry[0] != "default", entry[0]))
    return LayoutBook((*book.layouts, *layouts), tuple(rule for _, rule in merged))


def _reassigned(book: LayoutBook, services: Sequence[Assignment]) -> dict[int, str | None]:
    chooser = LayoutChooser(book.rules, [layout.code for layout in book.layouts])
    wanted: dict[int, str | None] = {}
    for service in services:
        layout = chooser.find(
            feed=service.feed,
            operator=service.operator,
            line=service.line,
            ref=service.ref,
            number=service.number,
            mode=service.mode,
        )
        if layout != service.layout:
            wanted[service.service_no] = layout
    return wanted
