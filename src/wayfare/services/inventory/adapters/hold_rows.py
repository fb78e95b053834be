"""Holds and claims as the arrays of statements, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wayfare.infrastructure.database import Row
from wayfare.kernel.sections import from_words, to_words
from wayfare.services.inventory.domain.claims import Claim, Key
from wayfare.services.inventory.domain.holds import HoldRecord, State


def key_columns(keys: Iterable[Key]) -> tuple[list[int], list[int]]:
    """departure_id and unit_no."""
    departures, units = [], []
    for departure_id, unit_no in keys:
        departures.append(departure_id)
        units.append(unit_no)
    return departures, units


def mask_columns(masks: Mapping[Key, int]) -> tuple[list[int], list[int], list[int], list[int]]:
    """departure_id, unit_no and the two words of the mask."""
    lows, highs = [], []
    for mask in masks.values():
        low, high = to_words(mask)
        lows.append(low)
        highs.append(high)
    return *key_columns(masks), lows, highs


def claim_columns(holds: Sequence[Sequence[Claim]]) -> tuple[list[int], list[int], tuple[list[int], ...]]:
    """Where each hold's claims begin and end (from 1, both included), and six columns of all claims end to end."""
    firsts, lasts = [], []
    columns: tuple[list[int], ...] = ([], [], [], [], [], [])
    passengers, legs, departures, units, lows, highs = columns
    for claims in holds:
        firsts.append(len(passengers) + 1)
        for passenger, leg, departure_id, unit_no, mask in claims:
            low, high = to_words(mask)
            passengers.append(passenger)
            legs.append(leg)
            departures.append(departure_id)
            units.append(unit_no)
            lows.append(low)
            highs.append(high)
        lasts.append(len(passengers))
    return firsts, lasts, columns


def hold_record(row: Row) -> HoldRecord:
    hold_id, state, expires_s, offer_token, fingerprint, booking_id, *columns = row
    return HoldRecord(hold_id, State(state), expires_s, offer_token, fingerprint, booking_id, tuple(_claims(*columns)))


def _claims(passengers: Any, legs: Any, departures: Any, units: Any, lows: Any, highs: Any) -> list[Claim]:
    return [
        Claim(passenger, leg, departure_id, unit_no, from_words(low, high))
        for passenger, leg, departure_id, unit_no, low, high in zip(
            passengers, legs, departures, units, lows, highs, strict=True
        )
    ]
