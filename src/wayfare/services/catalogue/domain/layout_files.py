"""Files of layouts: from a compact description of coaches to every unit.

A file has `[[layout]]` tables and `[[rule]]` tables (contracts.catalogue.layout.LayoutRule). A layout has cabins,
plans of coaches, and coaches that follow a plan. A plan is a run of blocks from the front of the coach to its end:

    [[layout.plan.open.block]]
    cabin = "second"
    seats = "AB.CD"          one letter per seat from the left; a dot is the gangway, a blank an empty column
    rows = 18
    tables = [3, 9]          rows 3 and 4 face each other over a table, and 9 and 10

    [[layout.plan.sleeper.block]]
    cabin = "SL"
    bay = "LB MB UB LB MB UB SL SU"    the berths of a bay in the order of their numbers
    bays = 9

    [[layout.plan.bus.block]]
    cabin = "standard"
    places = 40              sold by count, without numbers
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Literal, TypeVar

import msgspec

from wayfare.contracts.catalogue.layout import Cabin, Layout, LayoutRule, Unit
from wayfare.contracts.catalogue.timetable import MODES
from wayfare.kernel.errors import ImportRefused

T = TypeVar("T")
UNITS_MAX = 4_000
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")

# Berth codes of Indian Railways, with the column each is drawn in: benches left of the gangway, side berths right.
_BERTHS = {"LB": "lower", "MB": "middle", "UB": "upper", "SL": "side_lower", "SU": "side_upper"}


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of a coach: seats in rows, berths in bays, or places without numbers. See the module."""

    cabin: str
    seats: str = ""
    rows: int = 0
    first_row: int = 0  # 0: goes on from the block before
    skip_rows: tuple[int, ...] = ()  # numbers that no row has
    tables: tuple[int, ...] = ()
    bay: str = ""
    bays: int = 1
    places: int = 0
    deck: int = 0
    without: tuple[str, ...] = ()  # labels of seats that are not there
    accessible: tuple[str, ...] = ()
    extra_legroom: tuple[int, ...] = ()  # rows


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    block: tuple[Block, ...]
    numbering: Literal["row-letter", "running"] = "row-letter"
    first_number: int = 1  # running numbers
    both_ways: bool = False  # half of the seats faces forward, half backward


class Coach(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    labels: tuple[str, ...]  # "" for a vehicle without coaches
    plan: str


class LayoutFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    mode: str
    cabin: tuple[Cabin, ...]
    plan: dict[str, Plan]
    coach: tuple[Coach, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    layout: tuple[LayoutFile, ...] = ()
    rule: tuple[LayoutRule, ...] = ()


class FileErrors:
    """Collects what is wrong with a file, by key."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[dict[str, Any]] = []

    def add(self, key: str, reason: str, line: int = 0) -> None:
        self.errors.append({"file": self.file, "line": line, "key": key, "reason": reason})

    def raise_if_any(self) -> None:
        if self.errors:
            raise self.refusal()

    def refusal(self) -> ImportRefused:
        first = self.errors[0]
        return ImportRefused(f"{self.file}: {first['key']}: {first['reason']}", errors=self.errors)


def refused(file: str, key: str, reason: str, line: int = 0) -> ImportRefused:
    """A refusal for one reason."""
    errors = FileErrors(file)
    errors.add(key, reason, line)
    return errors.refusal()


def parse_toml(file: str, text: str) -> dict[str, Any]:
    """Raises `ImportRefused`."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+)", str(error))
        raise refused(file, "file", f"not valid TOML: {error}", int(where[1]) if where else 0) from None


def convert(file: str, data: dict[str, Any], kind: type[T]) -> T:
    """The data as a struct. Raises `ImportRefused` that names the key."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at ")
        raise refused(file, where.strip("`$.") or "file", message) from None


def read_layouts(file: str, text: str) -> tuple[tuple[Layout, ...], tuple[LayoutRule, ...]]:
    """Every layout of a file with all its units, and the rules. Raises `ImportRefused` naming file, key and reason."""
    parsed = convert(file, parse_toml(file, text), _File)
    errors = FileErrors(file)
    layouts = [expand_layout(layout, f"layout[{i}] {layout.code}", errors) for i, layout in enumerate(parsed.layout)]
    codes = [layout.code for layout in layouts]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        errors.add(f"layout {code}", "the code occurs twice")
    for i, rule in enumerate(parsed.rule):
        if rule.mode is not None and rule.mode not in MODES:
            errors.add(f"rule[{i}].mode", f"{rule.mode!r} is none of {', '.join(MODES)}")
    errors.raise_if_any()
    return tuple(layouts), parsed.rule


def expand_layout(described: LayoutFile, key: str, errors: FileErrors) -> Layout:
    """Every unit of a layout, numbered from the first coach's front."""
    if not _CODE.fullmatch(described.code):
        errors.add(f"{key}.code", "letters, digits, dot, dash and underscore, up to 63")
    if described.mode not in MODES:
        errors.add(f"{key}.mode", f"{described.mode!r} is none of {', '.join(MODES)}")
    cabins = {cabin.code for cabin in described.cabin}
    if not cabins:
        errors.add(f"{key}.cabin", "there is no cabin")
    units: list[Unit] = []
    for coach in described.coach:
        plan = described.plan.get(coach.plan)
        if plan is None:
            errors.add(f"{key}.coach", f"there is no plan {coach.plan!r}")
            continue
        for block in plan.block:
            if block.cabin not in cabins:
                errors.add(f"{key}.plan.{coach.plan}", f"there is no cabin {block.cabin!r}")
        for label in coach.labels:
            units += _CoachBuilder(label, plan, f"{key}.plan.{coach.plan}", errors).units()
    _check_units(key, units, cabins, errors)
    return Layout(described.code, described.name, described.mode, described.cabin, tuple(units))


def _check_units(key: str, units: list[Unit], cabins: set[str], errors: FileErrors) -> None:
    if not 1 <= len(units) <= UNITS_MAX:
        errors.add(key, f"{len(units)} units; 1 to {UNITS_MAX} are allowed")
    seen: set[str] = set()
    for unit in units:
        if unit.unit_id in seen:
            errors.add(key, f"the unit {unit.unit_id} occurs twice")
        seen.add(unit.unit_id)
    for cabin in sorted(cabins - {unit.cabin for unit in units}):
        errors.add(f"{key}.cabin", f"no unit is in the cabin {cabin!r}")


class _CoachBuilder:
    """Lays out one coach by its plan."""

    def __init__(self, label: str, plan: Plan, key: str, errors: FileErrors) -> None:
        self._label = label
        self._plan = plan
        self._key = key
        self._errors = errors
        self._number = plan.first_number
        self._row = 0  # drawn
        self._bay = 0

    def units(self) -> Iterator[Unit]:
        row_number = 1
        for i, block in enumerate(self._plan.block):
            forms = [bool(block.seats), bool(block.bay), bool(block.places)]
            if sum(forms) != 1 or (block.seats and block.rows < 1):
                self._errors.add(f"{self._key}.block[{i}]", "needs seats with rows, or bay with bays, or places")
                continue
            named = set(block.without) | set(block.accessible)
            if block.seats:
                row_number = block.first_row or row_number
                made = list(self._rows(block, row_number))
                row_number += block.rows + len(block.skip_rows)
            else:
                made = list(self._berths(block) if block.bay else self._places(block))
            for label in sorted(named - {unit.label for unit in made}):
                self._errors.add(f"{self._key}.block[{i}]", f"there is no seat {label!r}")
            yield from (unit for unit in made if unit.label not in block.without)

    def _unit(self, block: Block, label: str, row: int, column: int, bay: int, features: list[str]) -> Unit:
        if label in block.accessible:
            features.append("accessible")
        unit_id = f"{self._label}-{label}" if self._label else label
        return Unit(unit_id, self._label, label, block.cabin, block.deck, row, column, bay, tuple(features))

    def _rows(self, block: Block, first: int) -> Iterator[Unit]:
        numbers = [n for n in range(first, first + block.rows + len(block.skip_rows)) if n not in block.skip_rows]
        columns = [(column, seat) for column, seat in enumerate(block.seats) if seat not in ". "]
        sides = [len([char for char in block.seats[:column] if char == "."]) for column, _ in columns]
        backs = {row + 1 for row in block.tables}
        for position, number in enumerate(numbers):
            if number not in backs:
                bays = {side: self._bay + side + 1 for side in sorted(set(sides))}
                self._bay += len(bays)
            for (column, letter), side in zip(columns, sides, strict=True):
                features = [_across(block.seats, column)]
                if number in block.tables or number in backs:
                    features.append("table")
                if number in block.extra_legroom:
                    features.append("extra_legroom")
                if self._faces_forward(block, number, position):
                    features.append("forward")
                label = f"{number}{letter}"
                if self._plan.numbering == "running":
                    label = str(self._number)
                    self._number += 1
                yield self._unit(block, label, self._row, column, bays[side], features)
            self._row += 1

    def _faces_forward(self, block: Block, number: int, position: int) -> bool:
        """Rows count from the front: at a table the row before it looks back, the row behind it forward."""
        if not self._plan.both_ways:
            return False
        if number in block.tables:
            return False
        return number - 1 in block.tables or position >= block.rows // 2

    def _berths(self, block: Block) -> Iterator[Unit]:
        """Benches left of the gangway, each with its berths side by side in the drawing; side berths right of it."""
        codes = block.bay.split()
        if not set(codes) <= _BERTHS.keys():
            self._errors.add(self._key, f"bay: the berths are {', '.join(_BERTHS)}")
            return
        tiers: list[str] = [code for code in ("LB", "MB", "UB") if code in codes]
        for _ in range(block.bays):
            self._bay += 1
            seen: dict[str, int] = {}
            for code in codes:
                side = code.startswith("S")
                bench = (code == "SU") if side else seen.get(code, 0)
                seen[code] = seen.get(code, 0) + 1
                column = len(tiers) + 1 if side else tiers.index(code)
                label = str(self._number)
                self._number += 1
                yield self._unit(block, label, self._row + int(bench), column, self._bay, [_BERTHS[code]])
            self._row += 2 if any(code.startswith("S") for code in codes) else max(seen.values())

    def _places(self, block: Block) -> Iterator[Unit]:
        for i in range(block.places):
            label = str(self._number)
            self._number += 1
            yield self._unit(block, label, self._row + i // 4, i % 4 + (i % 4 > 1), self._bay + i // 4 + 1, [])
        self._row += -(-block.places // 4)
        self._bay += -(-block.places // 4)


def _across(seats: str, column: int) -> str:
    """window at either side, aisle beside a gangway, else middle; a single seat by the window is window."""
    taken = [i for i, char in enumerate(seats) if char not in ". "]
    if column in (taken[0], taken[-1]):
        return "window"
    left = seats[:column].rstrip(" ")[-1:]
    right = seats[column + 1 :].lstrip(" ")[:1]
    return "aisle" if "." in (left, right) else "middle"
