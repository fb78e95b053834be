"""Which layout a service gets: the most specific rule that matches."""

from __future__ import annotations

from collections.abc import Iterable

from wayfare.contracts.catalogue.layout import LayoutRule
from wayfare.contracts.catalogue.timetable import MODES

_WEIGHTS = (("service", 16), ("line", 8), ("operator", 4), ("feed", 2), ("mode", 1))


class LayoutChooser:
    """Chooses by rules; between equally specific ones the later wins, so that operators' files beat defaults."""

    def __init__(self, rules: Iterable[LayoutRule], layouts: Iterable[str]) -> None:
        known = set(layouts)
        weighed = [(_weight(rule), i, rule) for i, rule in enumerate(rules) if rule.layout in known]
        self._by_service: dict[str, list[tuple[int, int, LayoutRule]]] = {}
        self._general: list[tuple[int, int, LayoutRule]] = []
        for entry in weighed:
            service = entry[2].service
            bucket = self._general if service is None else self._by_service.setdefault(service, [])
            bucket.append(entry)
        self._memory: dict[tuple[str, str, str, int], str | None] = {}

    def find(self, *, feed: str, operator: str, line: str, ref: str, number: str, mode: int) -> str | None:
        """The code of the layout, or None when no rule matches. `mode` indexes MODES; a rule's `service` is a
        trip_id (also of the trip that runs by headway) or the number for people."""
        named = [entry for key in {ref, ref.partition("@")[0], number} for entry in self._by_service.get(key, ())]
        chosen = _best(named, feed, operator, line, mode)
        if chosen is not None:
            return chosen
        key = (feed, operator, line, mode)
        if key not in self._memory:
            self._memory[key] = _best(self._general, feed, operator, line, mode)
        return self._memory[key]


def _weight(rule: LayoutRule) -> int:
    return sum(weight for name, weight in _WEIGHTS if getattr(rule, name) is not None)


def _best(entries: Iterable[tuple[int, int, LayoutRule]], feed: str, operator: str, line: str, mode: int) -> str | None:
    fitting = [
        entry
        for entry in entries
        if entry[2].feed in (None, feed)
        and entry[2].operator in (None, operator)
        and entry[2].line in (None, line)
        and entry[2].mode in (None, MODES[mode])
    ]
    return max(fitting, key=lambda entry: entry[:2])[2].layout if fitting else None
