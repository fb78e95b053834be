"""Exchange rates in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from wayfare.infrastructure.database import Database
from wayfare.services.offers.domain.exchange import RateDay

# A day that is there keeps the currencies that this file lacks.
_WRITE = """
INSERT INTO offers.rate_day AS d (published, worth)
SELECT published, worth::jsonb FROM unnest($1::date[], $2::text[]) AS f (published, worth) ORDER BY published
ON CONFLICT (published) DO UPDATE SET worth = d.worth || excluded.worth, imported_at = now()
    WHERE d.worth || excluded.worth <> d.worth
"""

_FIND = """
SELECT published, worth FROM offers.rate_day WHERE published <= $1 ORDER BY published DESC LIMIT 1
"""

_WORTH = dict[str, Decimal]


class PostgresRateStore:
    """Implements the port `RateStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, days: Sequence[RateDay]) -> int:
        texts = [_text(day) for day in days]
        async with self._database.transaction() as session:
            return int((await session.execute(_WRITE, [day.published for day in days], texts)).split()[-1])

    async def find_newest(self, today: date) -> RateDay | None:
        row = await self._database.fetchrow(_FIND, today)
        return None if row is None else RateDay(row["published"], msgspec.json.decode(row["worth"], type=_WORTH))


def _text(day: RateDay) -> str:
    """One spelling for each rate: the file of a day says 0.83380, the one of all days 0.8338."""
    return msgspec.json.encode({code: f"{rate.normalize():f}" for code, rate in day.worth.items()}).decode()
