"""Bring in exchange rates: all of a file or nothing of it."""

from __future__ import annotations

from datetime import date

import msgspec

from wayfare.services.offers.application.ports import RateFiles, RateStore


class RatesReport(msgspec.Struct, frozen=True):
    """`days` were read, `changed` of them are new or other than before; `newest` has `currencies`."""

    days: int
    changed: int
    newest: date
    currencies: int


class ImportRates:
    def __init__(self, files: RateFiles, store: RateStore) -> None:
        self._files, self._store = files, store

    async def __call__(self, source: str) -> RatesReport:
        """`source`: a path or an http(s) URL. Idempotent.

        Raises NotFound, Unavailable, ImportRefused with file, line and reason; nothing is changed then.
        """
        days = await self._files.read(source)
        changed = await self._store.write(days)
        newest = days[-1]
        return RatesReport(len(days), changed, newest.published, len(newest.worth))
