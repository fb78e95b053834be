"""Tables of layouts, their rules, and tariffs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from wayfare.contracts.catalogue.fares import Tariff
from wayfare.contracts.catalogue.layout import Layout, LayoutRule
from wayfare.infrastructure.database import Session
from wayfare.services.catalogue.application.ports import Assignment, LayoutBook

_LAYOUTS = "SELECT body FROM catalogue.layouts ORDER BY code"
_RULES = """
SELECT layout, feed, operator, line, service, mode FROM catalogue.layout_rules
ORDER BY source <> 'default', source, position
"""
_ASSIGNMENTS = """
SELECT s.service_no, s.feed_id, l.operator_id, s.line_id, s.ref, s.number, l.mode, s.layout
FROM catalogue.services s JOIN catalogue.lines l USING (feed_id, line_id)
WHERE s.status IN (0, 2) ORDER BY s.service_no
"""
_WRITE_LAYOUT = """
INSERT INTO catalogue.layouts AS t (code, source, body) VALUES ($1, $2, $3)
ON CONFLICT (code) DO UPDATE SET source = excluded.source, body = excluded.body
WHERE (t.source, t.body) IS DISTINCT FROM (excluded.source, excluded.body)
"""
_ADD_LAYOUT = "INSERT INTO catalogue.layouts (code, source, body) VALUES ($1, 'default', $2) ON CONFLICT DO NOTHING"
_WRITE_RULE = """
INSERT INTO catalogue.layout_rules AS t (source, position, layout, feed, operator, line, service, mode)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (source, position) DO UPDATE SET layout = excluded.layout, feed = excluded.feed,
    operator = excluded.operator, line = excluded.line, service = excluded.service, mode = excluded.mode
WHERE (t.layout, t.feed, t.operator, t.line, t.service, t.mode) IS DISTINCT FROM
    (excluded.layout, excluded.feed, excluded.operator, excluded.line, excluded.service, excluded.mode)
"""
_CUT_RULES = "DELETE FROM catalogue.layout_rules WHERE source = $1 AND position >= $2"
_ASSIGN = """
UPDATE catalogue.services s SET layout = n.layout FROM unnest($1::bigint[], $2::text[]) AS n (service_no, layout)
WHERE s.service_no = n.service_no AND s.layout IS DISTINCT FROM n.layout
"""
_WRITE_TARIFF = """
INSERT INTO catalogue.tariffs AS t (code, source, position, body) VALUES ($1, $2, $3, $4)
ON CONFLICT (code) DO UPDATE SET source = excluded.source, position = excluded.position, body = excluded.body
WHERE (t.source, t.body) IS DISTINCT FROM (excluded.source, excluded.body)
"""
_REMOVE_TARIFFS = "DELETE FROM catalogue.tariffs WHERE source = $1 AND code <> ALL ($2::text[])"


def _body(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()


def _count(status: str) -> int:
    return int(status.rsplit(" ", 1)[-1])


class LayoutTables:
    """What files of layouts and tariffs said; each file is a source of its own."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def book(self) -> LayoutBook:
        layouts = await self._session.fetch(_LAYOUTS)
        rules = await self._session.fetch(_RULES)
        return LayoutBook(
            tuple(msgspec.json.decode(row["body"], type=Layout) for row in layouts),
            tuple(LayoutRule(*row) for row in rules),
        )

    async def assignments(self) -> list[Assignment]:
        return [Assignment(*row) for row in await self._session.fetch(_ASSIGNMENTS)]

    async def write(self, source: str, layouts: Sequence[Layout], rules: Sequence[LayoutRule]) -> int:
        """The layouts stay when a later version of the file has them no more: departures may be sold in them."""
        rows = 0
        for layout in layouts:
            rows += _count(await self._session.execute(_WRITE_LAYOUT, layout.code, source, _body(layout)))
        for position, rule in enumerate(rules):
            values = (rule.layout, rule.feed, rule.operator, rule.line, rule.service, rule.mode)
            rows += _count(await self._session.execute(_WRITE_RULE, source, position, *values))
        return rows + _count(await self._session.execute(_CUT_RULES, source, len(rules)))

    async def assign(self, changes: dict[int, str | None]) -> int:
        if not changes:
            return 0
        return _count(await self._session.execute(_ASSIGN, list(changes), list(changes.values())))

    async def write_tariffs(self, source: str, tariffs: Sequence[Tariff]) -> int:
        rows = 0
        for position, tariff in enumerate(tariffs):
            values = (tariff.code, source, position, _body(tariff))
            rows += _count(await self._session.execute(_WRITE_TARIFF, *values))
        codes = [tariff.code for tariff in tariffs]
        return rows + _count(await self._session.execute(_REMOVE_TARIFFS, source, codes))

    async def add_defaults(
        self, layouts: Sequence[Layout], rules: Sequence[LayoutRule], tariffs: Sequence[Tariff]
    ) -> None:
        """Only what is not there: a layout with sold departures never changes under them."""
        await self._session.executemany(_ADD_LAYOUT, [(layout.code, _body(layout)) for layout in layouts])
        for position, rule in enumerate(rules):
            values = (rule.layout, rule.feed, rule.operator, rule.line, rule.service, rule.mode)
            await self._session.execute(_WRITE_RULE, "default", position, *values)
        await self._session.execute(_CUT_RULES, "default", len(rules))
        for position, tariff in enumerate(tariffs):
            await self._session.execute(_WRITE_TARIFF, tariff.code, "default", position, _body(tariff))
