"""What a passenger wants to know about a leg: names and local times."""

from __future__ import annotations

import msgspec


class CallFacts(msgspec.Struct, frozen=True):
    """Where and when a leg begins or ends; `time` is RFC 3339 with the place's offset.

    The place is the station, as in offers; the platform stands apart, None when it is not known.
    """

    place_id: str
    name: str
    code: str | None
    platform: str | None
    tz: str
    time: str


class LegFacts(msgspec.Struct, frozen=True):
    departure: str  # "20261121-4711"
    mode: str
    operator_id: str  # "feed:agency_id"
    operator: str
    line: str
    service_number: str
    headsign: str
    cabin: str
    cabin_name: str
    origin: CallFacts
    destination: CallFacts
