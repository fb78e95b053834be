"""A hold as the contract shows it: units by name, in the order of passengers and legs."""

from __future__ import annotations

from wayfare.contracts.inventory.api import HeldUnit, Hold
from wayfare.kernel.sections import runs
from wayfare.services.inventory.application.departures import Departures
from wayfare.services.inventory.domain.claims import Claim
from wayfare.services.inventory.domain.holds import PUBLIC_STATE, HoldRecord
from wayfare.services.inventory.domain.layout_index import VIRTUAL


def show_hold(record: HoldRecord, departures: Departures) -> Hold:
    return Hold(
        record.hold_id,
        PUBLIC_STATE[record.state],
        record.expires_s,
        record.offer_token,
        tuple(_units(record.claims, departures)),
        record.booking_id,
    )


def _units(claims: tuple[Claim, ...], departures: Departures) -> list[HeldUnit]:
    shown: list[HeldUnit] = []
    counted: dict[tuple[int, int], list[Claim]] = {}
    for claim in claims:
        if claim.unit_no >= VIRTUAL:
            counted.setdefault((claim.passenger, claim.leg), []).append(claim)
        else:
            shown += _numbered(claim, departures)
    shown += [_unnumbered(pieces, departures) for pieces in counted.values()]
    return sorted(shown, key=lambda unit: (unit.passenger, unit.leg, unit.from_call))


def _numbered(claim: Claim, departures: Departures) -> list[HeldUnit]:
    departure = departures.find(claim.departure_id)
    unit = departure.index.find_unit(claim.unit_no) if departure else None
    unit_id, coach, label, cabin = (unit.unit_id, unit.coach, unit.label, unit.cabin) if unit else ("", "", "", "")
    return [
        HeldUnit(
            claim.passenger, claim.leg, claim.departure_id, claim.unit_no, unit_id, coach, label, first, last, cabin
        )
        for first, last in runs(claim.mask)
    ]


def _unnumbered(pieces: list[Claim], departures: Departures) -> HeldUnit:
    """One place on the whole leg, wherever its sections are counted."""
    passenger, leg, departure_id, unit_no, _ = pieces[0]
    mask = 0
    for piece in pieces:
        mask |= piece.mask
    (from_call, to_call), *_ = runs(mask)
    departure = departures.find(departure_id)
    cabin = departure.index.cabin_of_virtual(unit_no) if departure else ""
    return HeldUnit(passenger, leg, departure_id, unit_no, "", "", "", from_call, to_call, cabin)
