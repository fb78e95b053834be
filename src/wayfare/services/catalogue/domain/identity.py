"""What makes a service the same service, and what tells whether anything about it changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from wayfare.contracts.catalogue.timetable import NOT_SOLD, ON_SALE
from wayfare.kernel.sections import MAX_SECTIONS
from wayfare.services.catalogue.domain.calendars import Calendar
from wayfare.services.catalogue.domain.feed import Feed
from wayfare.services.catalogue.domain.issues import IssueLog
from wayfare.services.catalogue.domain.layout_rules import LayoutChooser
from wayfare.services.catalogue.domain.reconcile import Incoming


@dataclass(slots=True)
class NewVersion:
    """A feed ready to be matched with what is known, column by column in the order of its services."""

    feed: Feed
    digest: str
    place_nos: dict[str, int]
    incoming: list[Incoming]
    contents: list[bytes]  # everything about the service but its days, layout and status
    statuses: list[int]


def prepare(feed: Feed, digest: str, place_nos: dict[str, int], chooser: LayoutChooser, issues: IssueLog) -> NewVersion:
    """Describe every service of a feed. `place_nos` gives the lasting number of a stop_id."""
    services = feed.services
    numbers = np.array([place_nos[place.stop_id] for place in feed.places], dtype=np.int32)
    places = numbers[services.place]
    zone_of = {operator.operator_id: operator.tz for operator in feed.operators}
    starts = services.start.tolist()
    version = NewVersion(feed, digest, place_nos, [], [], [])
    for i, ref in enumerate(services.ref):
        calls = slice(starts[i], starts[i + 1])
        line = feed.lines[services.line[i]]
        places_key = _digest(places[calls].tobytes())
        times_key = _digest(services.arr_s[calls].tobytes(), services.dep_s[calls].tobytes())
        layout = chooser.find(
            feed=feed.feed_id,
            operator=line.operator_id,
            line=line.line_id,
            ref=ref,
            number=services.number[i],
            mode=line.mode,
        )
        calendar = feed.calendars[services.calendar[i]]
        texts = (services.number[i], services.headsign[i], line.line_id, zone_of[line.operator_id], services.shape[i])
        version.incoming.append(Incoming(ref, places_key, times_key, calendar, layout))
        version.contents.append(
            _digest(
                "\0".join(texts).encode(),
                places_key,
                times_key,
                services.flags[calls].tobytes(),
                services.distance_m[calls].tobytes(),
            )
        )
        version.statuses.append(_status(ref, calls.stop - calls.start - 1, issues))
    return version


def _status(ref: str, sections: int, issues: IssueLog) -> int:
    if sections <= MAX_SECTIONS:
        return ON_SALE
    issues.add("stop_times.txt", 0, f"more than {MAX_SECTIONS} sections: shown, not sold", f"{ref}: {sections}")
    return NOT_SOLD


def content_key(content: bytes, calendar: Calendar, layout: str | None, status: int) -> bytes:
    """Two rows of a service with the same key are the same."""
    return _digest(content, calendar.key, (layout or "").encode(), bytes([status]))


def _digest(*parts: bytes) -> bytes:
    hashed = hashlib.blake2b(digest_size=16)
    for part in parts:
        hashed.update(len(part).to_bytes(4, "big"))
        hashed.update(part)
    return hashed.digest()
