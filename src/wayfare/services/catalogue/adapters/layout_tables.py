"""Tables of layouts, their rules, and tariffs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from wayfare.contracts.catalogue.fares import Tariff
from wayfare.contracts.catalogue.layout import Layout, LayoutRule
from wayfare.infrastructure.database import Session
from wayfare.services.catalogue.application.ports import Assignment, LayoutBook, Link

_LAYOUTS = "SELECT body FROM catalogue.layouts ORDER BY code"
_RULES = """
SELECT layout, feed, operator, line, service, mode FROM catalogue.layout_rules
ORDER BY source <> 'default', source, position
"""
_RULES_OF_OTHERS = """
SELECT source, layout, feed, operator, line, service, mode FROM catalogue.layout_rules WHERE source <> $1
ORDER BY source, position
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


_REMOVE_LINKS = """
DELETE FROM catalogue.links WHERE source = $1 AND (from_feed, from_stop, to_feed, to_stop) NOT IN
    (SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]))
"""
_WRITE_LINKS = """
INSERT INTO catalogue.links AS t (source, from_feed, from_stop, to_feed, to_stop, seconds)
SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::integer[])
ON CONFLICT (source, from_feed, from_stop, to_feed, to_stop) DO UPDATE SET seconds = excluded.seconds
WHERE t.seconds <> excluded.seconds
"""


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

    async def rules_of_others(self, source: str) -> list[tuple[str, LayoutRule]]:
        rows = await self._session.fetch(_RULES_OF_OTHERS, source)
        return [(row["source"], LayoutRule(*list(row)[1:])) for row in rows]

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

    async def add_defaults(self, book: LayoutBook) -> None:
        """Only layouts that are not there: one with sold departures never changes under them."""
        await self._session.executemany(_ADD_LAYOUT, [(layout.code, _body(layout)) for layout in book.layouts])
        await self.write("default", (), book.rules)

    async def write_links(self, source: str, links: Sequence[Link]) -> int:
        values = [(link.from_feed, link.from_stop, link.to_feed, link.to_stop, link.seconds) for link in links]
        columns: list[list[object]] = [list(column) for column in zip(*values, strict=True)] or [[]] * 5
        rows = _count(await self._session.execute(_REMOVE_LINKS, source, *columns[:4]))
        return rows + _count(await self._session.execute(_WRITE_LINKS, source, *columns))
