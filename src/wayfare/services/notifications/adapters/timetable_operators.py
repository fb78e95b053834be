"""Who runs a departure, by the timetable of this process. Implements the port `OperatorReader`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from wayfare.contracts.catalogue.timetable import Timetable
from wayfare.infrastructure.timetables import TimetableStore
from wayfare.kernel.ids import departure_service, parse_departure


class TimetableOperators:
    def __init__(self, timetables: TimetableStore) -> None:
        self._timetables = timetables

    def operators_of(self, departures: Sequence[str]) -> Collection[str]:
        timetable = self._timetables.get_current()
        services = (timetable.find_service(departure_service(parse_departure(each))) for each in departures)
        lines = (timetable.service_line[service] for service in services if service is not None)
        return {_public_id(timetable, int(timetable.line_operator[int(line)])) for line in lines}

    def known(self) -> Collection[str] | None:
        timetable = self._timetables.find_current()
        if timetable is None:
            return None
        return [_public_id(timetable, operator) for operator in range(len(timetable.operator_id))]


def _public_id(timetable: Timetable, operator: int) -> str:
    """As GET /v1/departures/{id} names it."""
    feed = timetable.meta.feeds[int(timetable.operator_feed[operator])].feed_id
    return f"{feed}:{timetable.operator_id[operator]}"
