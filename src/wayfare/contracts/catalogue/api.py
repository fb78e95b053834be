"""The catalogue: operators, places, lines, services, layouts, and the timetable snapshot."""

from __future__ import annotations

from typing import Protocol

import msgspec


class GetStatus(msgspec.Struct, frozen=True):
    """Ask which generation of the timetable is published."""


class CatalogueStatus(msgspec.Struct, frozen=True):
    generation: int  # 0: nothing imported yet
    services: int
    places: int


class CatalogueApi(Protocol):
    async def get_status(self, message: GetStatus) -> CatalogueStatus: ...
