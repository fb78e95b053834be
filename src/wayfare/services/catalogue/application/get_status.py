"""Say which timetable is in force here."""

from __future__ import annotations

from wayfare.contracts.catalogue.api import CatalogueStatus, GetStatus
from wayfare.infrastructure.timetables import TimetableStore


class Catalogue:
    """Implements contracts.catalogue.api.CatalogueApi."""

    def __init__(self, timetables: TimetableStore) -> None:
        self._timetables = timetables

    async def get_status(self, message: GetStatus) -> CatalogueStatus:  # noqa: ARG002 - the message has no members
        """The timetable this process works with; generation 0 when there is none."""
        timetable = self._timetables.find_current()
        if timetable is None:
            return CatalogueStatus(0, 0, 0)
        return CatalogueStatus(timetable.meta.generation, len(timetable.service_no), len(timetable.place_id))
