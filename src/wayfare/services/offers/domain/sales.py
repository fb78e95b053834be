"""When a trip is on sale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wayfare.kernel.time import DAY_S
from wayfare.services.offers.domain.quotes import Proposal

CLOSING_S: Mapping[str, int] = {"rail": 300, "coach": 300, "air": 2700, "ferry": 1800}
"""By mode: how long before a departure its sales close."""


@dataclass(frozen=True)
class SalesRules:
    """The carrier's times. Closing is counted before the departure of each leg, the horizon to the first one."""

    offer_ttl_s: int = 1800
    horizon_days: int = 365
    closing_s: Mapping[str, int] = field(default_factory=lambda: CLOSING_S)

    def closes_s(self, proposal: Proposal) -> int:
        """The instant from which a trip is no longer sold: the first of its legs to close."""
        return min(
            leg.departs_s - self.closing_s[facts.mode]
            for leg, facts in zip(proposal.trip.legs, proposal.legs, strict=True)
        )

    def find_hindrance(self, proposal: Proposal, now_s: int) -> str | None:
        """Why a trip is not on sale now: departed, closed or not_yet_on_sale."""
        departs_s = proposal.trip.legs[0].departs_s
        if departs_s <= now_s:
            return "departed"
        if self.closes_s(proposal) <= now_s:
            return "closed"
        if departs_s - now_s > self.horizon_days * DAY_S:
            return "not_yet_on_sale"
        return None
