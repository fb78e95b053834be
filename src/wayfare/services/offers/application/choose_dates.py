"""Which dates may be asked about, and which days of leaving answer a question about the day of arrival."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

import msgspec

from wayfare.contracts.catalogue.timetable import MODES, Timetable
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.time import day_number, local_time, zone
from wayfare.services.offers.application.ports import Edition
from wayfare.services.offers.domain.quotes import Proposal

_DAYS_ON_THE_WAY_MAX = 3
_AIR = MODES.index("air")
_NO_FLIGHTS = tuple(mode for mode in MODES if mode != "air")


class Question(msgspec.Struct, frozen=True):
    """What is planned for, on one edition."""

    edition: Edition
    origin: int
    destination: int
    max_transfers: int
    modes: Collection[str] | None

    async def leaving_on(self, day: int) -> list[Proposal]:
        """The best trips of a day, and those that are the best by land.

        A flight leaves later, arrives earlier and beats the night train in all that the planner compares, but who
        asks for the train has reasons that it does not know: nobody has to say `mode=rail` to see that there is one.
        """
        planned = await self._plan(day, self.modes)
        if self.modes is not None or _AIR not in self.edition.timetable.line_mode:
            return list(planned)
        return _joined(planned, await self._plan(day, _NO_FLIGHTS))

    async def _plan(self, day: int, modes: Collection[str] | None) -> Sequence[Proposal]:
        return await self.edition.find_proposals(self.origin, self.destination, day, self.max_transfers, modes)

    async def nearest_dates(self, day: int, within: range) -> Sequence[date]:
        return await self.edition.find_dates_nearby(
            self.origin, self.destination, day, within, self.max_transfers, self.modes
        )


def means_arrival(day: date, arrive_by: time_of_day | datetime | None) -> bool:
    """Whether `day` is the day of arrival: a time to arrive by was given, on that day.

    With a moment on another day it stays the day of leaving.
    """
    return isinstance(arrive_by, time_of_day) or (arrive_by is not None and arrive_by.date() == day)


def days_on_sale(edition: Edition, place: int, now_s: int, horizon_days: int, *, arriving: bool) -> range:
    """Day numbers that may be asked about, by the clocks of a place: from today to the last of the timetable (a
    departure's, or an arrival's when `arriving`), and no farther than sales reach."""
    tz = tz_of(edition.timetable, place)
    today = day_number(local_time(now_s, tz).date())
    last_s = edition.last_arrival_s if arriving else edition.last_departure_s
    last = today - 1 if last_s is None else day_number(local_time(last_s, tz).date())
    return range(today, min(last, today + horizon_days) + 1)


def check_day(edition: Edition, place: int, day: date, now_s: int, horizon_days: int, *, arriving: bool) -> range:
    """The days on sale. Raises `ValidationFailed` when the day asked for is past or beyond them."""
    tz = tz_of(edition.timetable, place)
    today = local_time(now_s, tz).date()
    if day < today:
        raise ValidationFailed.of("date", f"{day} is past; it is {today} there")
    days = days_on_sale(edition, place, now_s, horizon_days, arriving=arriving)
    if day_number(day) not in days:
        raise ValidationFailed.of("date", _why_not(edition, tz, today, day, days, horizon_days))
    return days


def _why_not(edition: Edition, tz: str, today: date, day: date, days: range, horizon_days: int) -> str:
    if edition.last_departure_s is None:
        return "the timetable has no departures"
    if not days:
        return f"the timetable has no departures after {local_time(edition.last_departure_s, tz).date()}"
    until = today + timedelta(days=len(days) - 1)
    if len(days) > horizon_days:
        return f"departures are on sale until {until}, {horizon_days} days ahead; {day} is later"
    return f"there are departures until {until}; {day} is later"


async def find_arriving(question: Question, day: date, first_day: int) -> list[Proposal]:
    """The trips that arrive on a date, whichever day they leave from `first_day` on, in order of leaving.

    Days of leaving are gone through backwards until one has trips of which none arrives so late. A trip that another
    one matches or beats in leaving later, arriving earlier and changing less often is left out, as within a day.
    """
    edition = question.edition
    begins, ends = (
        datetime.combine(each, time_of_day(), zone(tz_of(edition.timetable, question.destination))).timestamp()
        for each in (day, day + timedelta(days=1))
    )
    last = day_number(local_time(int(ends) - 1, tz_of(edition.timetable, question.origin)).date())
    found: list[Proposal] = []
    for leaving in range(last, max(first_day, day_number(day) - _DAYS_ON_THE_WAY_MAX) - 1, -1):
        planned = await question.leaving_on(leaving)
        arriving = [proposal for proposal in planned if begins <= proposal.trip.arrives_s < ends]
        if planned and not arriving and leaving < day_number(day):
            break
        found += arriving
    if question.modes is not None:
        return _unbeaten(found)
    by_land = [proposal for proposal in found if all(leg.mode != "air" for leg in proposal.legs)]
    return _joined(_unbeaten(found), _unbeaten(by_land))


async def dates_of_arrival(question: Question, days: Sequence[date], but: date) -> list[date]:
    """The dates on which trips arrive that leave on the days given, except one."""
    tz = tz_of(question.edition.timetable, question.destination)
    found = set()
    for day in days:
        found |= {local_time(each.trip.arrives_s, tz).date() for each in await question.leaving_on(day_number(day))}
    return sorted(found - {but})


def _joined(best: Sequence[Proposal], others: Sequence[Proposal]) -> list[Proposal]:
    shown = {proposal.trip for proposal in best}
    return [*best, *(proposal for proposal in others if proposal.trip not in shown)]


def _unbeaten(proposals: Sequence[Proposal]) -> list[Proposal]:
    kept: list[Proposal] = []
    soonest: dict[int, int] = {}  # arrival of the trips that leave no earlier, by transfers
    ordered = sorted(proposals, key=lambda each: (-each.trip.departs_s, each.trip.arrives_s, each.trip.transfers))
    for proposal in ordered:
        trip = proposal.trip
        if all(trip.arrives_s < at for transfers, at in soonest.items() if transfers <= trip.transfers):
            soonest[trip.transfers] = trip.arrives_s
            kept.append(proposal)
    return kept[::-1]


def tz_of(table: Timetable, place: int) -> str:
    return table.meta.time_zones[int(table.place_tz[place])]
