"""An account, its saved travellers and its devices."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from wayfare.contracts.customers.roles import Grant
from wayfare.contracts.inventory.api import Preferences
from wayfare.kernel.errors import ValidationFailed
from wayfare.kernel.people import age_on, check_name, check_phone, folded_email

ACCESS_S = 1800
REFRESH_S = 7 * 86_400
VERIFY_S = 86_400
RESET_S = 1800
TRAVELLERS_MAX = 50
DEVICES_MAX = 50
"""Devices signed in at the same time; one more ends the one that was quiet longest."""
AGE_MAX = 130

LetterKind = Literal["verify", "exists", "reset", "changed", "second_factor"]


def email_key(email: str) -> bytes:
    """By what an account is found: always as long, whatever Unicode makes of the address."""
    return hashlib.sha256(folded_email(email).encode()).digest()


class Registration(msgspec.Struct, frozen=True):
    """Somebody wants an account; it becomes one when the address is confirmed."""

    email: str
    password_hash: str
    given_name: str = ""
    family_name: str = ""
    language: str = "en"


class Customer(msgspec.Struct, frozen=True):
    """An account. Names are "" until they are told."""

    customer_id: UUID
    email: str
    given_name: str
    family_name: str
    language: str  # BCP 47
    phone: str | None
    created_s: int
    disabled: bool
    grants: tuple[Grant, ...]


class Credentials(msgspec.Struct, frozen=True):
    """What a log-in is checked against."""

    customer_id: UUID
    email: str
    password_hash: str
    disabled: bool
    second_factor: bool
    """Whether one is enrolled."""


class Session(msgspec.Struct, frozen=True):
    """A device that is signed in: one family of refresh tokens, of which `generation` is the living one."""

    session_id: UUID
    customer_id: UUID
    device: str
    created_s: int
    used_s: int
    expires_s: int


class Document(msgspec.Struct, frozen=True):
    """A travel document. `country`: ISO 3166-1 alpha-2 of who issued it; `expires_on`: ISO 8601."""

    kind: Literal["passport", "id_card"]
    number: str
    country: str
    expires_on: str | None = None


class TravellerFacts(msgspec.Struct, frozen=True):
    """Who may travel; all of it is stored encrypted."""

    given_name: str
    family_name: str
    category: Literal["adult", "child", "senior", "student"] = "adult"
    birth_date: str | None = None  # ISO 8601
    document: Document | None = None
    preferences: Preferences = Preferences()


class Traveller(msgspec.Struct, frozen=True):
    traveller_id: UUID
    facts: TravellerFacts


class ProfileChanges(msgspec.Struct, frozen=True):
    """What to change of a profile; UNSET stays as it is."""

    given_name: str | msgspec.UnsetType = msgspec.UNSET
    family_name: str | msgspec.UnsetType = msgspec.UNSET
    language: str | msgspec.UnsetType = msgspec.UNSET
    phone: str | msgspec.UnsetType | None = msgspec.UNSET


def check_changes(changes: ProfileChanges) -> None:
    """Raises `ValidationFailed`."""
    for field in ("given_name", "family_name"):
        value = getattr(changes, field)
        if value is not msgspec.UNSET and value != "":
            check_name(field, value)
    if isinstance(changes.phone, str):
        check_phone("phone", changes.phone)


def check_traveller(facts: TravellerFacts, today: date) -> None:
    """Raises `ValidationFailed` for names, dates or documents that cannot be."""
    check_name("given_name", facts.given_name)
    check_name("family_name", facts.family_name)
    if facts.birth_date is not None and not 0 <= age_on(_day("birth_date", facts.birth_date), today) <= AGE_MAX:
        raise ValidationFailed.of("birth_date", "this cannot be a date of birth")
    if facts.document is not None and facts.document.expires_on is not None:
        _day("document.expires_on", facts.document.expires_on)


def _day(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationFailed.of(field, "a date such as 1990-05-31") from None
