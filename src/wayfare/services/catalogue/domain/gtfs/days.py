"""calendar.txt and calendar_dates.txt: the days of every service_id."""

from __future__ import annotations

from wayfare.services.catalogue.domain.calendars import DAYS_MAX, Calendar, weekly_mask
from wayfare.services.catalogue.domain.gtfs.values import parse_day, parse_last_day
from wayfare.services.catalogue.domain.issues import IssueLog
from wayfare.services.catalogue.domain.tables import Table

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ADDED, _REMOVED = "1", "2"
_CUT = f"a calendar spans more than {DAYS_MAX} days: cut"


class Days:
    """The calendars by service_id, each different one once."""

    def __init__(self) -> None:
        self.calendars: list[Calendar] = []
        self.by_service: dict[str, int] = {}
        self._indexes: dict[int, int] = {}

    def add(self, service_id: str, mask: int) -> None:
        index = self._indexes.setdefault(mask, len(self.calendars))
        if index == len(self.calendars):
            self.calendars.append(Calendar.of_mask(mask))
        self.by_service[service_id] = index


def read_days(calendar: Table | None, dates: Table | None, issues: IssueLog) -> Days:
    """Every service_id's days: the weekly pattern, and the days added and removed one by one."""
    masks: dict[str, int] = {}
    if calendar is not None:
        _read_calendar(calendar, masks, issues)
    if dates is not None:
        _read_dates(dates, masks, issues)
    days = Days()
    for service_id, mask in masks.items():
        first = (mask & -mask).bit_length() - 1
        if mask.bit_length() - first > DAYS_MAX:
            issues.add("calendar_dates.txt", 0, _CUT, service_id)
        days.add(service_id, mask & (1 << first + DAYS_MAX) - 1)
    return days


def _read_calendar(table: Table, masks: dict[str, int], issues: IssueLog) -> None:
    patterns: dict[tuple[int, int, int], int] = {}
    for line, (service_id, start, end, *flags) in table.rows("service_id", "start_date", "end_date", *_WEEKDAYS):
        first, last = parse_day(start), parse_last_day(end)
        if first is None or last is None:
            issues.add(table.name, line, "start_date or end_date is no date: left out", f"{start} {end}")
            continue
        if last < first:
            issues.add(table.name, line, "end_date is before start_date: no days", f"{service_id}: {start} {end}")
        if last - first >= DAYS_MAX:
            issues.add(table.name, line, _CUT, service_id)
        if service_id in masks:
            issues.add(table.name, line, "service_id occurs twice: the days of both count", service_id)
        key = (first, last, sum(1 << i for i, flag in enumerate(flags) if flag == "1"))
        if key not in patterns:
            patterns[key] = weekly_mask(*key)
        masks[service_id] = masks.get(service_id, 0) | patterns[key]


def _read_dates(table: Table, masks: dict[str, int], issues: IssueLog) -> None:
    bits: dict[str, int | None] = {}
    for line, (service_id, day_text, kind) in table.rows("service_id", "date", "exception_type"):
        if day_text not in bits:
            day = parse_day(day_text)
            bits[day_text] = None if day is None else 1 << day
        bit = bits[day_text]
        mask = masks.setdefault(service_id, 0)
        if bit is None or kind not in (_ADDED, _REMOVED):
            issues.add(table.name, line, "no date or unknown exception_type: left out", f"{day_text} {kind}")
        elif kind == _ADDED:
            masks[service_id] = mask | bit
        elif mask & bit:
            masks[service_id] = mask & ~bit
        else:
            issues.add(table.name, line, "removes a day that nothing put there", f"{service_id} {day_text}")
